package import PannierMirror

/// The part of the synced folder that is pannier's own: never synchronised, and never listed.
package enum OwnPart {
    package static let name = Array(".pannier".utf8)

    /// Which folder this is: one that stands in another place, or is empty because a disk is not mounted, has none or
    /// another.
    package static let marker = path("marker")
    /// Fetched, verified and durable, before it gets its name.
    package static let incoming = path("incoming")
    /// What a download replaced or a deletion removed here.
    package static let quarantine = path("quarantine")
    /// Out of the way of another file that takes its name.
    package static let parked = path("parked")

    package static let folders = [name, incoming, quarantine, parked]

    package static func incoming(_ name: [UInt8]) -> TreePath { incoming.appending(name) }

    package static func parked(_ local: LocalID) -> TreePath { parked.appending(Array("\(local.number)".utf8)) }

    /// - Parameter number: tells several of the same name apart.
    package static func quarantine(_ local: LocalID, _ name: [UInt8], _ number: Int) -> TreePath {
        let mark = Array("\(local.number)\(number == 1 ? "" : ".\(number)")-".utf8)
        return quarantine.appending(mark + name.prefix(255 - mark.count))
    }

    private static func path(_ last: String) -> TreePath { name.appending(Array(last.utf8)) }
}

extension TreePath {
    /// Names, from the top down.
    init(_ names: [[UInt8]]) { self = Array(names.filter { !$0.isEmpty }.joined(separator: [UInt8(ascii: "/")])) }

    func appending(_ name: [UInt8]) -> TreePath { isEmpty ? name : self + [UInt8(ascii: "/")] + name }

    /// The folder that holds it.
    var folder: TreePath { lastIndex(of: UInt8(ascii: "/")).map { Array(self[..<$0]) } ?? [] }
}
