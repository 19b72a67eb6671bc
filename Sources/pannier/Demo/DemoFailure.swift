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
    static func say(_ text: SafeText) { FileHandle.standardOutput.write(Data("pannier demo: \(text)\n".utf8)) }

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data("pannier demo: \(SafeText(text))\n".utf8))
    }

    /// One line of the report without a screen.
    static func line(_ head: String, _ text: SafeText) {
        let padded = head.padding(toLength: 10, withPad: " ", startingAt: 0)
        FileHandle.standardOutput.write(Data("\(padded)\(text)\n".utf8))
    }
}
