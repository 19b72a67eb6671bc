import Foundation
import Glibc
import PannierScreen
import Synchronization
import TerminalEmulator

/// A terminal device whose other end is this test: what the program writes goes to an emulator, keys come as bytes.
final class PseudoTerminal {
    let output: UnsafeMutablePointer<FILE>
    let keys: UnsafeMutablePointer<FILE>
    /// Of the device, for a process of its own.
    let path: String
    private let main: CInt
    private let device: CInt
    private let received = Received()
    private var marks = 0
    private var consumed = 0
    private(set) var emulator: Emulator

    /// Filled by a thread that reads all the time, so that the program never waits for room.
    private final class Received: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        private let news = DispatchSemaphore(value: 0)

        func append(_ new: ArraySlice<UInt8>) {
            bytes.withLock { $0 += new }
            news.signal()
        }

        /// All bytes up to the mark, once it has come.
        func upTo(_ mark: [UInt8], from start: Int) -> (bytes: [UInt8], end: Int)? {
            while true {
                let found: ([UInt8], Int)? = bytes.withLock { bytes in
                    guard let range = bytes[start...].firstRange(of: mark) else { return nil }
                    return (Array(bytes[start..<range.lowerBound]), range.upperBound)
                }
                if let found { return found }
                guard news.wait(timeout: .now() + 60) == .success else { return nil }
            }
        }

        /// Waits for more bytes than these. False when none come.
        func more(than count: Int) -> Bool {
            while bytes.withLock({ $0.count }) <= count {
                guard news.wait(timeout: .now() + 60) == .success else { return false }
            }
            return true
        }
    }

    /// Waits until the emulator shows something, looking again whenever anything comes.
    func wait(until condition: (Emulator) -> Bool) throws {
        try settle()
        while !condition(emulator) {
            guard received.more(than: consumed) else { throw TerminalError("it never showed: \(emulator.lines)") }
            try settle()
        }
    }

    init(size: Size) throws {
        let pair = try PseudoDevice(size: size)
        (main, path) = (pair.main, pair.path)
        device = open(path, O_RDWR | O_NOCTTY)
        guard device >= 0, let output = fdopen(dup(device), "w"), let keys = fdopen(dup(device), "r") else {
            throw TerminalError("no pseudo terminal: \(errno)")
        }
        (self.output, self.keys) = (output, keys)
        emulator = Emulator(size: size)
        let (descriptor, received) = (main, received)
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else {
                    // EIO: the last descriptor of the device has been closed.
                    close(descriptor)
                    return
                }
                received.append(buffer[..<count])
            }
        }
    }

    deinit {
        fclose(output)
        fclose(keys)
        close(device)
    }

    func resize(_ size: Size) { PseudoDevice.resize(main, to: size) }

    func forget(size: Size) { emulator = Emulator(size: size) }

    func type(_ bytes: String) { _ = write(main, bytes, bytes.utf8.count) }

    var modes: termios {
        var modes = termios()
        tcgetattr(device, &modes)
        return modes
    }

    /// Everything that was written until now has reached the emulator. A mark of our own, written behind it to the
    /// same device, says when.
    func settle() throws {
        marks += 1
        let mark = "\u{1B}]777;\(marks)\u{7}"
        _ = write(device, mark, mark.utf8.count)
        guard let (bytes, end) = received.upTo(Array(mark.utf8), from: consumed) else {
            throw TerminalError("the mark did not come through")
        }
        consumed = end
        emulator.take(bytes)
    }
}
