import Foundation
import Glibc
import Measuring

/// Many small files come in at once, as one rename of their folder.
struct Drops {
    private let ground: Ground
    private let pairs: [any FolderPair]

    init(_ ground: Ground, _ pairs: [any FolderPair]) { (self.ground, self.pairs) = (ground, pairs) }

    func measure(files: Int) throws {
        Table.say("\(files) files of up to 200 bytes, a hundred in a folder, dropped in at once")
        // Others first: pannier is held against the fastest of them.
        var fastest: Int?
        for pair in pairs.filter({ !($0 is PannierPair) }) + pairs.filter({ $0 is PannierPair }) {
            let tree = try ground.makeTree("dropped by \(pair.name)", files: files)
            let before = try (pair as? PannierPair)?.work()
            let work = pair.processes.map { ProcessWork(of: $0.id) }
            let start = Moment()
            try Ground.move(tree, to: pair.here + "/dropped")
            try wait("all files by \(pair.name)", within: 3_600, pause: 200_000) {
                Ground.countFiles(in: pair.there + "/dropped") == files
            }
            let arrived = Moment() - start
            try pair.agree()
            let agreed = Moment() - start
            let words = "\(seconds(arrived)), \(pair.rest / 1_000) s of it rest"
            if pair is PannierPair, let fastest {
                Table.row("\(pair.name): all are there", words, limit: seconds(fastest), isMet: arrived <= fastest)
            } else {
                Table.row("\(pair.name): all are there", words)
                fastest = min(fastest ?? arrived, arrived)
            }
            if pair is PannierPair { Table.row("  both say that all is the same", seconds(agreed)) }
            for ((name, id), began) in zip(pair.processes, work) {
                let processor = ProcessWork(of: id).processor - began.processor
                Table.row("  \(name): processor time, memory", "\(seconds(processor)), \(Memory(of: id).words)")
            }
            if let before, let pannier = pair as? PannierPair { try say(pannier.work() - before, files) }
        }
    }

    private func say(_ work: PannierPair.Work, _ files: Int) {
        Table.row("  requests", "\(work.requests), \(Table.number(Double(files) / Double(work.requests))) files each")
        Table.row("  objects in the store", "\(work.objects), \(work.bytes / 1_000) kB")
    }

    /// On the first device; waits until they have gone from the other one.
    func removeAll() throws {
        for pair in pairs {
            let files = Ground.countFiles(in: pair.here + "/dropped")
            try FileManager.default.removeItem(atPath: pair.here + "/dropped")
            guard let pannier = pair as? PannierPair else { continue }
            let start = Moment()
            try pannier.approveAll()
            try pair.agree()
            Table.row("\(pair.name): all \(files) are deleted, with two people's consent", seconds(Moment() - start))
        }
    }
}

func seconds(_ nanoseconds: Int) -> String { String(format: "%.2f s", Double(nanoseconds) / 1e9) }

/// Of a living process.
struct Memory {
    let resident: Int
    let peak: Int

    init(of process: pid_t) {
        let lines = Files.text(of: "/proc/\(process)/status").split(separator: "\n")
        func value(_ name: String) -> Int {
            let line = lines.first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
        }
        (resident, peak) = (value("VmRSS") / 1_024, value("VmHWM") / 1_024)
    }

    var words: String { "\(resident) MiB, \(peak) MiB at most" }
}
