import Foundation
import Glibc
import Measuring

/// A large tree that is the same on both sides: what it costs while nothing changes, and when its root is moved.
struct LargeTree {
    private let ground: Ground
    private let pair: PannierPair

    init(_ ground: Ground, _ pair: PannierPair) { (self.ground, self.pair) = (ground, pair) }

    func fill(files: Int) throws {
        let tree = try ground.makeTree("large", files: files)
        let start = Moment()
        try Ground.move(tree, to: pair.here + "/large")
        try wait("all files", within: 7_200, pause: 2_000_000) {
            Ground.countFiles(in: pair.there + "/large") == files
        }
        try pair.agree()
        Table.say("A tree of \(files) files")
        Table.row("from nothing to the same on both devices", seconds(Moment() - start))
        memory()
    }

    func measure() throws {
        try rescan()
        try move()
        try rest(seconds: 60)
        try begin()
    }

    private func memory() {
        for (name, id) in pair.processes.prefix(2) {
            let memory = Memory(of: id)
            Table.row("  \(name): memory", memory.words, limit: "250 MiB", isMet: memory.peak <= 250)
        }
    }

    private func rescan() throws {
        for device in pair.devices {
            var times = Figures()
            for _ in 0..<5 {
                let start = Moment()
                try device.pannier(["wait", "--synced"])
                times.add(milliseconds: Moment() - start)
            }
            Table.times("a pass over all of it, device \(device.name)", times, limit: 5_000, at: 1)
        }
    }

    private func move() throws {
        let before = try pair.work()
        let start = Moment()
        try Ground.move(pair.here + "/large", to: pair.here + "/moved")
        try wait("the moved folder", within: 120) { access(self.pair.there + "/moved", F_OK) == 0 }
        let moved = Moment() - start - pair.rest * 1_000_000
        try pair.agree()
        let work = try pair.work() - before
        Table.row("its root is moved: the other device has it", "\(moved / 1_000_000) ms beyond the rest")
        Table.row(
            "  operations", "\(work.journal), \(work.objects + work.reads) objects moved, \(work.requests) requests",
            limit: "1, 0 objects", isMet: work.journal == 1 && work.objects + work.reads == 0)
    }

    /// Nobody does anything.
    private func rest(seconds: Int) throws {
        let before = pair.processes.map { ProcessWork(of: $0.id) }
        sleep(UInt32(seconds))
        for ((name, id), began) in zip(pair.processes, before) {
            let after = ProcessWork(of: id)
            Table.row(
                "nobody does anything for \(seconds) s: \(name)",
                "\(Table.percent(after.share(since: began))) of a core, "
                    + "\(Table.number(after.wakeUpsASecond(since: began))) wake-ups a second")
        }
    }

    /// An agent that begins knows nothing of what happened meanwhile.
    private func begin() throws {
        for device in pair.devices {
            device.stop()
            let start = Moment()
            try device.pannier(["wait", "--synced"])
            let processor = ProcessWork(of: device.agent).processor
            Table.row(
                "agent \(device.name) begins, until all is the same", seconds(Moment() - start), limit: "5 s",
                isMet: Moment() - start <= 5_000_000_000,
                note: "\(Table.number(Double(processor) / 1e6)) ms of a core, \(Memory(of: device.agent).words)")
        }
    }

}
