import ArgumentParser
import PannierCore
import PannierEngine

struct LimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "Say or set how fast transfers may be.",
        usage: "pannier limit [up|down] [RATE|off] [--profile NAME] [--json]",
        discussion: """
            RATE is bytes a second on the network, of all transfers of a direction together: 800000, 500K, 1.5M. \
            Without a direction both are set. Without a rate the limits are told.
            """)
    @Argument(
        help: ArgumentHelp("Which way, and how fast.", valueName: "rate"),
        completion: .list(["up", "down", "off"]))
    var words: [String] = []
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func validate() throws { _ = try LimitWords(words) }

    func run() async throws {
        let words = try LimitWords(words)
        let link = try profile.attach()
        guard case .status(let status) = try await link.send(.status) else { throw Problem.otherVersion }
        let limits = words.change(status.limits)
        if words.rate != nil { _ = try await link.send(.limit(limits)) }
        if output.json { return try JSON.print(JSON.Limits(limits)) }
        for line in words.lines(limits) { try Output.line(SafeText(line)) }
    }
}

/// What was typed behind `limit`.
struct LimitWords {
    enum Rate: Equatable {
        case off
        case bytes(Int64)
    }

    enum Direction: String {
        case up, down
    }

    /// Nil: both.
    private(set) var direction: Direction?
    /// Nil: only to be told.
    private(set) var rate: Rate?

    /// - Throws: `ValidationError`.
    init(_ words: [String]) throws {
        var rest = words[...]
        if let first = rest.first, let direction = Direction(rawValue: first) {
            self.direction = direction
            rest.removeFirst()
        }
        if let word = rest.popFirst() {
            guard let rate = Self.rate(word) else {
                throw ValidationError("“\(word)” is no rate: say bytes a second, such as 500K or 1.5M, or `off`.")
            }
            self.rate = rate
        }
        guard rest.isEmpty else { throw ValidationError("Say `up` or `down`, and then one rate.") }
    }

    /// Thousands, as everywhere in this program.
    static func rate(_ word: String) -> Rate? {
        if word == "off" { return .off }
        var digits = word.uppercased()[...]
        if digits.hasSuffix("B") { digits.removeLast() }
        let units: [Character: Double] = ["K": 1e3, "M": 1e6, "G": 1e9]
        var unit = 1.0
        if let last = digits.last, let factor = units[last] {
            unit = factor
            digits.removeLast()
        }
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }),
            let number = Double(digits), number * unit < 1e15
        else { return nil }
        return .bytes(Int64((number * unit).rounded()))
    }

    func change(_ limits: TransferLimits) -> TransferLimits {
        guard let rate else { return limits }
        let bytes: Int64? = if case .bytes(let bytes) = rate { bytes } else { nil }
        var limits = limits
        if direction != .down { limits.upload = bytes }
        if direction != .up { limits.download = bytes }
        return limits
    }

    func lines(_ limits: TransferLimits) -> [String] {
        func line(_ name: String, _ limit: Int64?) -> String {
            "\(name)  \(limit.map { Format.rate(Double($0)) } ?? "no limit")"
        }
        switch direction {
        case .up: return [line("up  ", limits.upload)]
        case .down: return [line("down", limits.download)]
        case nil: return [line("up  ", limits.upload), line("down", limits.download)]
        }
    }
}
