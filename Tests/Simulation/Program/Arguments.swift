import Foundation
import SyncSimulation

/// What the program is to do.
struct Arguments {
    var seed: UInt64?
    var isRead = false
    var first: UInt64 = 0
    var last: UInt64 = 999
    var threads = 2
    /// Failures after which no more seeds are begun.
    var failures = 1
    /// To be looked for; nil: none is planted.
    var mistakes: [Mistake]?
    /// From how many seeds on each mistake is looked for.
    var starts = 5

    private static let usage = """
        usage: pannier-simulation [--seed N [--trace] [--mistake NAME]] [--seeds A..B] [--threads N] [--failures N]
               [--mistakes NAME,…|all [--starts N]]
        """

    init(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--seed": seed = Self.number(rest.popFirst())
            case "--trace": isRead = true
            case "--seeds":
                let parts = (rest.popFirst() ?? "").components(separatedBy: "..")
                (first, last) = (Self.number(parts.first), Self.number(parts.last))
            case "--threads": threads = Int(Self.number(rest.popFirst()))
            case "--failures": failures = Int(Self.number(rest.popFirst()))
            case "--starts": starts = max(1, Int(Self.number(rest.popFirst())))
            case "--mistake", "--mistakes": mistakes = Self.mistakes(rest.popFirst() ?? "")
            default: Self.fail()
            }
        }
        guard first <= last else { Self.fail() }
    }

    private static func number(_ text: String?) -> UInt64 {
        guard let number = text.flatMap({ UInt64($0) }) else { fail() }
        return number
    }

    private static func mistakes(_ names: String) -> [Mistake] {
        if names == "all" { return Mistake.allCases }
        return names.split(separator: ",").map { name in
            guard let mistake = Mistake(rawValue: String(name)) else {
                print(
                    "There is no mistake “\(name)”; there are: \(Mistake.allCases.map(\.rawValue).joined(separator: ", "))."
                )
                exit(64)
            }
            return mistake
        }
    }

    private static func fail() -> Never {
        print(usage)
        exit(64)
    }
}
