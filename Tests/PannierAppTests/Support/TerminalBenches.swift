import PannierApp
import PannierCore
import PannierScreen
import TerminalEmulator
import Testing

extension TerminalSuite {
    /// A terminal, and the test's hands and eyes at its other side.
    protocol Bench {
        associatedtype Screen: Terminal
        var terminal: Screen { get }
        func press(_ key: Key, bytes: String)
        func setWindow(_ size: Size)
        /// What stands on the screen.
        func lines() throws -> [String]
        var isTaken: Bool { get throws }
    }

    struct MemoryBench: Bench {
        let terminal: MemoryTerminal
        init(size: Size) throws { terminal = try MemoryTerminal(size: size) }
        func press(_ key: Key, bytes: String) { terminal.press(key) }
        func setWindow(_ size: Size) { terminal.setWindow(size) }
        func lines() throws -> [String] { terminal.lines }
        var isTaken: Bool { terminal.cells != nil }
    }

    struct CursesBench: Bench {
        let device: PseudoTerminal
        let terminal: NcursesTerminal

        /// - Parameter now: The terminal's clock. It stands, so that no busy machine tears a double click in two.
        init(
            size: Size, environment: [String: String] = ["TERM": "xterm-256color", "LANG": "C.UTF-8"],
            now: @escaping () -> Int = { 0 }
        ) throws {
            device = try PseudoTerminal(size: size)
            terminal = try NcursesTerminal(
                environment: environment, output: device.output, keys: device.keys, now: now)
        }

        func press(_ key: Key, bytes: String) { device.type(bytes) }

        func setWindow(_ size: Size) {
            device.resize(size)
            device.forget(size: size)
        }

        func lines() throws -> [String] {
            try device.settle()
            #expect(device.emulator.unknown.isEmpty)
            return device.emulator.lines
        }

        var isTaken: Bool {
            get throws {
                try device.settle()
                return device.emulator.isOnAlternateScreen
            }
        }
    }
}
