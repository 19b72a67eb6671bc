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

    private static func path(_ last: String) -> TreePath { name + [UInt8(ascii: "/")] + Array(last.utf8) }
}
