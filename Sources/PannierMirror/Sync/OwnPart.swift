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
    /// What is to be on the server alone, for two or three days.
    package static let evicted = path("evicted")
    /// Out of the way of another file that takes its name.
    package static let parked = path("parked")

    package static let folders = [name, incoming, quarantine, evicted, parked]

    package static func incoming(_ name: [UInt8]) -> [UInt8] { join(incoming, name) }

    /// - Parameter name: where it was.
    package static func parked(_ local: LocalID, _ name: [UInt8]) -> [UInt8] { kept(in: parked, local, name, 1) }

    /// - Parameter number: tells several of the same name apart.
    package static func quarantine(_ local: LocalID, _ name: [UInt8], _ number: Int) -> [UInt8] {
        kept(in: quarantine, local, name, number)
    }

    /// Something of a person's that is kept for a while: what it was here, and how it was called.
    package static func kept(in folder: [UInt8], _ local: LocalID, _ name: [UInt8], _ number: Int) -> [UInt8] {
        let mark = Array("\(local.number)\(number == 1 ? "" : ".\(number)")-".utf8)
        return join(folder, mark + name.prefix(255 - mark.count))
    }

    /// How something was called that is kept under this name.
    package static func ownName(_ kept: [UInt8]) -> [UInt8] {
        kept.firstIndex(of: UInt8(ascii: "-")).map { Array(kept[($0 + 1)...]) } ?? kept
    }

    private static func path(_ last: String) -> [UInt8] { join(name, Array(last.utf8)) }

    private static func join(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] { folder + [UInt8(ascii: "/")] + name }
}
