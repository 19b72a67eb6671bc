import Glibc

/// One thing that is measured in two ways that must do the same work.
struct Stage {
    let name: String
    /// Plain bytes that one run of either handles.
    let bytes: Int
    let ours: () throws -> Void
    let bare: () throws -> Void
}

struct Measurement {
    let name: String
    let oursPerSecond: Double
    let barePerSecond: Double
    let ratio: Double

    /// Runs both sides in turns, the one that begins changing from pair to pair, so that a disturbance meets both.
    static func run(_ stage: Stage, rounds: Int) -> Measurement {
        var ours: [Double] = []
        var bare: [Double] = []
        _ = (time(stage.ours), time(stage.bare))
        for round in 0..<rounds {
            if round % 2 == 0 {
                ours.append(time(stage.ours))
                bare.append(time(stage.bare))
            } else {
                bare.append(time(stage.bare))
                ours.append(time(stage.ours))
            }
        }
        let ratios = zip(ours, bare).map { $1 / $0 }
        let megabytes = Double(stage.bytes) / 1e6
        return Measurement(
            name: stage.name, oursPerSecond: megabytes / median(ours), barePerSecond: megabytes / median(bare),
            ratio: median(ratios))
    }

    private static func time(_ body: () throws -> Void) -> Double {
        let start = processorSeconds()
        do {
            try body()
        } catch {
            print("A stage failed, its numbers mean nothing: \(error)")
        }
        return processorSeconds() - start
    }

    /// Of this thread: what other programs do meanwhile counts less than on a clock.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

enum Table {
    static func printHead() { printLine("stage", "ours", "bare", "ratio") }

    static func printRow(_ row: Measurement) {
        let hundredths = Int((row.ratio * 100).rounded())
        let ratio = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        let mark = row.ratio < 0.9 ? "  under 0.9" : ""
        printLine(row.name, "\(Int(row.oursPerSecond))", "\(Int(row.barePerSecond))", ratio + mark)
    }

    private static func printLine(_ name: String, _ ours: String, _ bare: String, _ ratio: String) {
        func left(_ text: String) -> String { String(repeating: " ", count: max(0, 10 - text.count)) + text }
        print(name + String(repeating: " ", count: max(0, 34 - name.count)) + left(ours) + left(bare) + "   " + ratio)
    }
}
