import ArgumentParser
import PannierCore
import PannierEngine

struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pause transfers, or the synced folder.",
        discussion: "All if none is named. They stay paused, also when the agent starts anew.")
    @Flag(help: "The synced folder instead: nothing is carried over until it goes on.")
    var sync = false
    @OptionGroup var which: TransferOptions

    func validate() throws { try which.validate(isSync: sync) }

    func run() async throws {
        if sync { return try await which.pauseSync(true) }
        try await which.send(.pause, "pause", "paused")
    }
}

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let paused transfers go on, or the synced folder.", discussion: "All if none is named.")
    @Flag(help: "The synced folder instead.")
    var sync = false
    @OptionGroup var which: TransferOptions

    func validate() throws { try which.validate(isSync: sync) }

    func run() async throws {
        if sync { return try await which.pauseSync(false) }
        try await which.send(.resume, "resume", "resumed")
    }
}

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try again what failed.", discussion: "Of all transfers if none is named.")
    @OptionGroup var which: TransferOptions
    func run() async throws { try await which.send(.retry, "retry", "tried again") }
}

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End transfers.", discussion: "What is already complete stays.")
    @OptionGroup var which: TransferOptions
    @Flag(help: "All of them.")
    var all = false

    func validate() throws {
        if which.ids.isEmpty != all { throw ValidationError("Name the transfers to end, or say `--all`.") }
    }

    func run() async throws { try await which.send(.cancel, "cancel", "cancelled") }
}

struct ReorderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reorder", abstract: "Let a transfer have its turn earlier or later.",
        discussion: """
            Put first, it runs now, also when it was paused, and what runs in its direction goes on later. Otherwise \
            what runs goes on to its end.
            """)
    @Argument(
        help: ArgumentHelp("The first digits of the transfer, as `transfers` shows them.", valueName: "id"),
        completion: .custom(RemoteCompletion.transfers), transform: ShortID.parse)
    var id: String
    enum Place: String, CaseIterable, ExpressibleByArgument {
        case up, down, first, last
    }

    @Argument(help: "Where to, among the transfers of its direction.")
    var place: Place
    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        let link = try profile.attach()
        guard case .transfers(let states) = try await link.send(.transfers) else { throw Problem.otherVersion }
        let id = try ShortID.find(id, in: states)
        guard case .changed(let changed) = try await link.send(.reorder(transfer: id, place.meaning)) else {
            throw Problem.otherVersion
        }
        if !changed.isEmpty { return Report.line("1 transfer moved.") }
        guard let state = states.first(where: { $0.id == id }) else { return }
        let why = state.state.isOver ? "is \(state.state.words)" : "stands there already"
        Report.line("\(ShortID.text(id)) (\(state.title)) \(why): nothing to move.")
    }
}

extension ReorderCommand.Place {
    fileprivate var meaning: Reorder {
        switch self {
        case .up: .up
        case .down: .down
        case .first: .first
        case .last: .last
        }
    }
}

/// Which transfers a command is about: all, when none is named.
struct TransferOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The first digits of a transfer, as `transfers` shows them.", valueName: "id"),
        completion: .custom(RemoteCompletion.transfers), transform: ShortID.parse)
    var ids: [String] = []
    @OptionGroup var profile: ProfileOptions

    /// Says how many it changed, and which of those that were named it did not fit.
    /// - Parameters:
    ///   - verb: what is done to a transfer.
    ///   - done: what was done to it.
    func send(_ control: TransferControl, _ verb: String, _ done: String) async throws {
        let link = try profile.attach()
        guard case .transfers(let states) = try await link.send(.transfers) else { throw Problem.otherVersion }
        let chosen = try ids.isEmpty ? nil : ids.map { try ShortID.find($0, in: states) }
        let changed = try await link.control(control, chosen)
        for id in chosen ?? [] where !changed.contains(id) {
            guard let state = states.first(where: { $0.id == id }) else { continue }
            Report.line("\(ShortID.text(id)) (\(state.title)) is \(state.state.words): nothing to \(verb).")
        }
        if !changed.isEmpty {
            Report.line("\(TransferCount.text(changed.count)) \(done).")
        } else if chosen == nil {
            Report.line("Nothing to \(verb).")
        }
    }
}

extension TransferOptions {
    /// - Throws: `ValidationError`.
    fileprivate func validate(isSync: Bool) throws {
        if isSync, !ids.isEmpty { throw ValidationError("`--sync` is about the folder: name no transfers with it.") }
    }

    fileprivate func pauseSync(_ isPaused: Bool) async throws {
        let state = try await profile.attach().synced(.pauseSync(isPaused))
        Report.line("\(state.folder): \(isPaused ? "paused" : "goes on").")
    }
}

/// How many transfers.
enum TransferCount {
    static func text(_ count: Int) -> String { count == 1 ? "1 transfer" : "\(Format.count(Int64(count))) transfers" }
}

extension EngineLink {
    /// - Returns: transfers that it changed.
    func control(_ control: TransferControl, _ ids: [TransferID]?) async throws -> [TransferID] {
        guard case .changed(let changed) = try await send(.control(control, transfers: ids)) else {
            throw Problem.otherVersion
        }
        return changed
    }
}
