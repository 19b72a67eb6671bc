import Foundation
import PannierCore

/// Why the demonstration ended early. Everything it had made is removed all the same.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String
    var status: Int32 = 1

    /// A signal asked for the end.
    static func interrupted(by signal: CInt) -> DemoFailure {
        DemoFailure(description: "ended by a signal", status: 128 + signal)
    }
}

/// What the demonstration says: lines of its own, for people.
enum DemoReport {
    static func say(_ text: SafeText) throws { try write("pannier demo: \(text)\n") }

    static func complain(_ text: String) { Report.line("pannier demo: \(text)") }

    /// One line of the report without a screen.
    static func line(_ head: String, _ text: SafeText) throws {
        let padded = head.padding(toLength: 10, withPad: " ", startingAt: 0)
        try write("\(padded)\(text)\n")
    }

    /// At once: a line comes after something that took its time.
    private static func write(_ text: String) throws {
        try Output.write(text)
        try Output.flush()
    }
}
