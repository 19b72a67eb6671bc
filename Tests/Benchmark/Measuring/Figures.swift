package import Glibc

/// A point of time of the clock that only goes forward.
package struct Moment: Comparable, Sendable {
    private let nanoseconds: Int

    package init() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        nanoseconds = time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private init(nanoseconds: Int) { self.nanoseconds = nanoseconds }

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }
    /// Nanoseconds.
    package static func - (left: Moment, right: Moment) -> Int { left.nanoseconds - right.nanoseconds }
    package static func + (moment: Moment, nanoseconds: Int) -> Moment {
        Moment(nanoseconds: moment.nanoseconds + nanoseconds)
    }
}

/// What was measured many times.
package struct Figures {
    private var values: [Double] = []

    package init() {}

    package var count: Int { values.count }
    package var median: Double { percentile(0.5) }
    package var most: Double { values.max() ?? 0 }

    package mutating func add(_ value: Double) { values.append(value) }
    package mutating func add(milliseconds nanoseconds: Int) { values.append(Double(nanoseconds) / 1e6) }
    package mutating func add(_ others: Figures) { values += others.values }

    /// The smallest value that so many of all do not exceed (nearest rank).
    package func percentile(_ share: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let rank = Int((share * Double(values.count)).rounded(.up))
        return values.sorted()[min(values.count, max(1, rank)) - 1]
    }
}

/// Processor time and changes of context of another process, as the kernel counts them.
package struct ProcessWork {
    package let moment = Moment()
    /// Nanoseconds of all its threads.
    package let processor: Int
    /// How often each of its threads has gone to sleep, each of which is one waking up.
    private let wakeUps: [String: Int]

    package init(of process: pid_t) {
        var clock = clockid_t()
        var time = timespec()
        clock_getcpuclockid(process, &clock)
        clock_gettime(clock, &time)
        processor = time.tv_sec * 1_000_000_000 + time.tv_nsec
        wakeUps = Self.switches(of: process)
    }

    /// Share of one core since then.
    package func share(since earlier: ProcessWork) -> Double {
        Double(processor - earlier.processor) / Double(moment - earlier.moment)
    }

    package func wakeUpsASecond(since earlier: ProcessWork) -> Double {
        // Of those that have ended meanwhile nothing is known.
        let count = wakeUps.reduce(0) { $0 + $1.value - (earlier.wakeUps[$1.key] ?? 0) }
        return Double(count) / (Double(moment - earlier.moment) / 1e9)
    }

    private static func switches(of process: pid_t) -> [String: Int] {
        var all: [String: Int] = [:]
        for thread in Files.names(in: "/proc/\(process)/task") {
            for line in Files.text(of: "/proc/\(process)/task/\(thread)/status").split(separator: "\n")
            where line.hasPrefix("voluntary_ctxt_switches:") {
                all[thread] = line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0
            }
        }
        return all
    }
}

package struct BenchmarkFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
