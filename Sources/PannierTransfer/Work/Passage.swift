internal import PannierHTTP

/// A pack, or a range of one, that crosses the network: how many plain bytes of files it is so far. Counted until it is
/// acknowledged or written, or given up; what is to cross once more is taken back first.
final class Passage: Sendable {
    let position = BodyPosition()
    /// Plain bytes of files, in all.
    private let plainBytes: Int64
    /// Bytes that the network carries for them.
    private let wireBytes: Int

    init(plainBytes: Int64, wireBytes: Int) {
        self.plainBytes = plainBytes
        self.wireBytes = wireBytes
    }

    /// Plain bytes that have crossed the network. What is compressed better than the rest of the pack counts as the rest.
    var crossed: Int64 { Self.share(of: plainBytes, position.count, of: wireBytes) }

    static func share(of plainBytes: Int64, _ count: Int, of wireBytes: Int) -> Int64 {
        guard wireBytes > 0, count < wireBytes else { return plainBytes }
        // Whatever is rounded: it is for people.
        return Int64(Double(plainBytes) * Double(max(0, count)) / Double(wireBytes))
    }
}

/// Passages of one transfer. A value.
struct Passages: Sendable {
    private var underWay: [ObjectIdentifier: Passage] = [:]
    /// Plain bytes of passages that have ended, and of such as were taken back.
    private var ended: Int64 = 0

    mutating func begin(_ passage: Passage) { underWay[ObjectIdentifier(passage)] = passage }

    /// It is acknowledged or written, or given up.
    mutating func end(_ passage: Passage) {
        guard underWay.removeValue(forKey: ObjectIdentifier(passage)) != nil else { return }
        ended += passage.crossed
    }

    /// It will cross anew. No exchange has it.
    mutating func takeBack(_ passage: Passage) {
        guard underWay[ObjectIdentifier(passage)] != nil else { return }
        ended += passage.crossed
        passage.position.reset()
    }

    /// Plain bytes that have crossed and are neither acknowledged nor written.
    var open: Int64 { underWay.values.reduce(0) { $0 + $1.crossed } }
    /// Plain bytes that ever crossed, what crossed in vain included: it hardly ever goes back.
    var crossed: Int64 { ended + open }
}
