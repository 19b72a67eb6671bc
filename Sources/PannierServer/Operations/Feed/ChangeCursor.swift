import PannierCore

/// A client's place in the views it may see. Positions never leave the server in the clear: they would tell how busy the
/// rest of a namespace is.
struct ChangeCursor: Equatable {
    /// The database's, when the cursor was made.
    let epoch: Int64
    /// The node whose subtree the feed is about; nil: everything.
    let node: NodeID?
    /// What was told of each view, up to and with this place.
    var positions: [ViewID: JournalPlace]

    private static let version: UInt8 = 2
    private static let entryBytes = 32

    /// Version (1) ‖ epoch (8) ‖ node, zeros for none (16) ‖ for each view its id (16), revision (8) and mark (8).
    var bytes: [UInt8] {
        var bytes = [Self.version] + Self.bigEndian(epoch)
        bytes += node?.bytes ?? [UInt8](repeating: 0, count: 16)
        for (view, position) in positions.sorted(by: { $0.key < $1.key }) {
            bytes += view.bytes + Self.bigEndian(position.revision) + Self.bigEndian(position.mark)
        }
        return bytes
    }

    init(epoch: Int64, node: NodeID?, positions: [ViewID: JournalPlace]) {
        self.epoch = epoch
        self.node = node
        self.positions = positions
    }

    /// Nil for bytes that ``bytes`` does not give.
    init?(bytes: [UInt8]) {
        let header = 1 + 8 + 16
        guard bytes.count >= header, bytes[0] == Self.version, (bytes.count - header) % Self.entryBytes == 0,
            let node = NodeID(bytes: bytes[9..<header])
        else { return nil }
        epoch = Self.integer(bytes[1..<9])
        self.node = node == NodeID(high: 0, low: 0) ? nil : node
        positions = [:]
        for start in stride(from: header, to: bytes.count, by: Self.entryBytes) {
            guard let view = ViewID(bytes: bytes[start..<start + 16]) else { return nil }
            positions[view] = JournalPlace(
                revision: Self.integer(bytes[start + 16..<start + 24]),
                mark: Self.integer(bytes[start + 24..<start + Self.entryBytes]))
        }
    }

    private static func bigEndian(_ value: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}

/// A row of a namespace's journal.
struct JournalPlace: Hashable {
    var revision: Revision
    /// Of what stands in that row: in the journal of a server that was put back to an earlier state, and went on from
    /// there, another one does. 0 for none.
    var mark: Int64
}
