import Foundation
import Glibc
import Measuring

/// mc in the same folder on this machine's disk: what it needs for a key, and what it writes.
struct MidnightCommander {
    private let program: String
    private let house: House
    private let load: Load

    /// Nil, and said, where it is not installed.
    init?(house: House, load: Load) {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let found = path.split(separator: ":").map { String($0) + "/mc" }.first { access($0, X_OK) == 0 }
        guard let found else {
            Table.say("mc is not installed: nothing to compare with (Debian package mc)")
            return nil
        }
        program = found
        self.house = house
        self.load = load
    }

    /// Nothing else writes to its screen, so a frame ends where nothing follows for 30 ms.
    func measure() throws {
        let console = try Console(
            program, ["-u", load.localRows, "/"], environment: house.environment(), errors: house.log,
            size: Measures.size)
        defer { console.close(by: Bytes.f10) }
        try console.wait(for: "its files") { $0.shows("entry-000000") }
        _ = console.frames(for: 1)
        Table.say("For comparison: mc with the same files on the disk, 16 colours, nothing running")
        for (name, keys, count) in [
            ("cursor down by one", Bytes.down, 60), ("a page down", Bytes.pageDown, 60), ("last", "\u{1B}OF", 1),
            ("first", Bytes.home, 1), ("everything again (C-l)", Bytes.controlL, 5),
        ] {
            var (times, bytes) = (Figures(), Figures())
            for _ in 0..<count {
                let moment = console.press(keys)
                guard let frame = console.frame(quiet: 30) else { continue }
                times.add(milliseconds: frame.end - moment)
                bytes.add(Double(frame.bytes))
            }
            Table.times("  \(name)", times)
            Table.row("", "\(Int(bytes.median)) bytes")
        }
    }
}
