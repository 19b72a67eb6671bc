import ChildPrograms
import Foundation
import Glibc
import Measuring
import PannierScreen
import Synchronization
import TerminalEmulator

/// A program on a terminal of its own: keys go in as bytes, and what it writes is read at once, each piece with the
/// moment at which it came.
///
/// No terminal program draws in between: what is measured ends where a terminal would begin.
final class Console {
    /// What one wait has seen.
    struct Sight {
        /// When the last byte came.
        var end: Moment
        var bytes: Int
    }

    let program: ChildProgram
    /// When it was about to be started.
    let started: Moment
    private(set) var emulator: Emulator
    private let main: CInt
    private let inflow: Inflow
    private var cutter = StreamCutter()

    /// - Throws: when there is no device, or the program cannot be started.
    init(_ path: String, _ arguments: [String] = [], environment: [String: String], errors: String, size: Size) throws {
        let device = try PseudoDevice(size: size)
        main = device.main
        emulator = Emulator(size: size)
        inflow = Inflow(reading: main)
        var environment = environment
        environment["TERM"] = "xterm-256color"
        environment["COLORTERM"] = "truecolor"
        started = Moment()
        program = try ChildProgram(
            path, arguments, environment: environment, input: device.path, output: device.path, errors: errors)
    }

    /// - Returns: just before.
    @discardableResult
    func press(_ keys: String) -> Moment {
        let moment = Moment()
        _ = write(main, keys, keys.utf8.count)
        return moment
    }

    /// Waits until the terminal shows something, and the frame that shows it is whole: until nothing follows within a
    /// millisecond.
    /// - Throws: ``BenchmarkFailure`` when that takes longer than `seconds`.
    @discardableResult
    func wait(
        for what: String, within seconds: Int = 20, _ condition: (Emulator) -> Bool
    ) throws -> Sight {
        var sight = Sight(end: Moment(), bytes: 0)
        var isThere = condition(emulator)
        let deadline = Moment() + seconds * 1_000_000_000
        while true {
            let patience = isThere ? 1 : Int(max(0, deadline - Moment()) / 1_000_000)
            guard let piece = inflow.next(within: patience) else {
                if isThere { return sight }
                let lines = emulator.lines.joined(separator: "\n")
                throw BenchmarkFailure("it never showed \(what). It shows:\n\(lines)")
            }
            emulator.take(cutter.take(piece.bytes))
            sight.bytes += piece.bytes.count
            sight.end = piece.moment
            if !isThere { isThere = condition(emulator) }
        }
    }

    /// Everything that comes until nothing has come for some milliseconds; nil when nothing comes at all.
    func frame(quiet: Int, within milliseconds: Int = 5_000) -> Sight? {
        var sight: Sight?
        while let piece = inflow.next(within: sight == nil ? milliseconds : quiet) {
            emulator.take(cutter.take(piece.bytes))
            sight = Sight(end: piece.moment, bytes: (sight?.bytes ?? 0) + piece.bytes.count)
        }
        return sight
    }

    /// The frames of some time, told apart by pauses of five milliseconds: how many bytes each has.
    func frames(for seconds: Int) -> [Int] {
        var frames: [Int] = []
        let end = Moment() + seconds * 1_000_000_000
        while case let left = (end - Moment()) / 1_000_000, left > 0 {
            if let frame = frame(quiet: 5, within: Int(left)) { frames.append(frame.bytes) }
        }
        return frames
    }

    /// Ends the program with these keys, or without its consent.
    func close(by keys: String) {
        press(keys)
        let deadline = Moment() + 3_000_000_000
        while program.isRunning, Moment() < deadline { _ = inflow.next(within: 5) }
        if program.isRunning { program.signal(SIGKILL) }
        _ = program.endBlocking()
    }
}

/// Read by a thread of its own all the time, so that the program never waits for room.
private final class Inflow: Sendable {
    struct Piece: Sendable {
        let moment: Moment
        let bytes: ArraySlice<UInt8>
    }

    private let main: CInt
    private let pieces = Mutex<ArraySlice<Piece>>([])
    private let news = DispatchSemaphore(value: 0)

    init(reading main: CInt) {
        self.main = main
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            // EIO when the program has closed the device.
            while case let count = read(main, &buffer, buffer.count), count > 0 {
                let piece = Piece(moment: Moment(), bytes: buffer[..<count])
                pieces.withLock { $0.append(piece) }
                news.signal()
            }
        }
    }

    deinit { close(main) }

    /// - Parameter milliseconds: so long it waits when nothing is there.
    func next(within milliseconds: Int) -> Piece? {
        guard news.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return nil }
        return pieces.withLock { $0.popFirst() }
    }
}
