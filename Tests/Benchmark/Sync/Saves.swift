import Glibc
import Measuring

/// One file is saved on one device: how long until the other one has it under its name. Pairs take turns.
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
        Table.say("From a saved file of 4 KiB to the other device")
        for (pair, figures) in zip(pairs, times) {
            let limit = Double(pair.rest + 300)
            Table.times(
                "\(pair.name), \(pair.rest) ms of it rest", figures, limit: pair is PannierPair ? limit : nil, at: 0.5)
        }
    }

    private func save(_ round: Int, _ pair: any FolderPair) throws -> Int {
        let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: 4_096)
        let start = Moment()
        try Ground.write(bytes, to: pair.here + "/saved")
        try wait("the file by \(pair.name)", within: 120) { Ground.bytes(of: pair.there + "/saved") == bytes }
        return Moment() - start
    }
}
