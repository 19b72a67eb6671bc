import Glibc
import Measuring

/// One file is saved on one device: how long until the other one has it under its name, beyond the time for which it rests
/// before it is looked at. Pairs take turns.
struct Saves {
    private let pairs: [any FolderPair]

    init(_ pairs: [any FolderPair]) { self.pairs = pairs }

    func measure(rounds: Int) throws {
        var times = [Figures](repeating: Figures(), count: pairs.count)
        for round in 0..<rounds + 1 {
            for (index, pair) in pairs.enumerated() {
                let time = try save(round, pair)
                // The first one opens connections.
                if round > 0 { times[index].add(milliseconds: time) }
            }
        }
        Table.say("From a saved file of 4 KiB to the other device, beyond the time for which it rests")
        for (pair, figures) in zip(pairs, times) {
            Table.times(
                "\(pair.name), rests \(pair.rest) ms", figures, limit: pair is PannierPair ? 300 : nil, at: 0.5)
        }
    }

    private func save(_ round: Int, _ pair: any FolderPair) throws -> Int {
        let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: 4_096)
        let start = Moment()
        try Ground.write(bytes, to: pair.here + "/saved")
        try wait("the file by \(pair.name)", within: 120) { Ground.bytes(of: pair.there + "/saved") == bytes }
        return Moment() - start - pair.rest * 1_000_000
    }
}
