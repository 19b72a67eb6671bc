package import GRDB

/// What has left a folder to be on the server alone, and need not be kept any longer when the pair ends.
package struct EvictedForGood: Sendable {
    private let files: [[UInt8]: Evicted.Known]

    /// Nothing is known to be on the server.
    package init() { files = [:] }

    /// To be read before the pair is forgotten.
    package init(_ database: Database) throws { files = try Evicted(database).unneeded() }

    /// - Parameter name: in the part for what has left.
    func holds(_ name: [UInt8], _ status: TreeStatus) -> Bool {
        status.kind == .file && files[name].map { $0.isAsItWas(status) } == true
    }
}
