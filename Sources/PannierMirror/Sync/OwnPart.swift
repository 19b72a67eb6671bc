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

    package static func incoming(_ name: [UInt8]) -> [UInt8] { join(incoming, name) }

    package static func parked(_ local: LocalID) -> [UInt8] { join(parked, Array("\(local.number)".utf8)) }

    /// - Parameter number: tells several of the same name apart.
    package static func quarantine(_ local: LocalID, _ name: [UInt8], _ number: Int) -> [UInt8] {
        let mark = Array("\(local.number)\(number == 1 ? "" : ".\(number)")-".utf8)
        return join(quarantine, mark + name.prefix(255 - mark.count))
    }

    private static func path(_ last: String) -> [UInt8] { join(name, Array(last.utf8)) }

    private static func join(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] { folder + [UInt8(ascii: "/")] + name }
}
