internal import PannierCore

/// Plain chunks in memory, the latest used: a person who scrolls comes back to them.
struct KeptChunks: Sendable {
    struct Name: Hashable, Sendable {
        let version: VersionID
        /// First byte in the file.
        let offset: Int64
    }

    private var chunks: [Name: [UInt8]] = [:]
    /// The longest unused one first.
    private var order: [Name] = []
    private(set) var bytes = 0
    private let limit: Int

    /// - Parameter limit: bytes of all; a single one may be larger.
    init(limit: Int) { self.limit = limit }

    mutating func add(_ chunk: [UInt8], _ name: Name) {
        guard chunks.updateValue(chunk, forKey: name) == nil else { return }
        order.append(name)
        bytes += chunk.count
        while bytes > limit, order.count > 1 { bytes -= chunks.removeValue(forKey: order.removeFirst())?.count ?? 0 }
    }

    /// Counts as used.
    mutating func chunk(_ name: Name) -> [UInt8]? {
        guard let chunk = chunks[name], let place = order.firstIndex(of: name) else { return nil }
        order.append(order.remove(at: place))
        return chunk
    }
}
