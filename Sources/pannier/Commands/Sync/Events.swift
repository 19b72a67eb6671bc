import ArgumentParser
import PannierCore
import PannierEngine

struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what happens, one JSON object a line.",
        discussion: "First how things stand. Without `--follow` that is all.")

    @Flag(help: "Go on until Ctrl-C, and start the agent again should it die.")
    var follow = false
    @OptionGroup var profile: ProfileOptions
    // Nothing else is printed; said all the same, it is no error.
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let link = try profile.attach()
        var printer = EventPrinter(link: link)
        if !follow { return try await printer.standing() }
        _ = try await link.send(.subscribe)
        for await event in link.events { try await printer.print(event) }
        if let failure = link.failure { throw failure }
    }
}

/// Prints events as they come. Of problems of the synced folder only the first thousand are told.
struct EventPrinter<Link: EngineLink> {
    private let link: Link
    private let write: (String) throws -> Void
    private var problems: [String: SyncProblem] = [:]

    init(link: Link, write: @escaping (String) throws -> Void = Output.write) {
        self.link = link
        self.write = write
    }

    /// How things stand, told as events.
    mutating func standing() async throws {
        try await print(.status(link.status(.status)))
        try await print(.sync(link.syncState()))
        guard case .transfers(let states) = try await link.send(.transfers) else { throw Problem.otherVersion }
        try await print(.transfers(states))
    }

    mutating func print(_ event: EngineEvent) async throws {
        switch event {
        case .status(let status): try put(JSON.Event(event: "status", status: JSON.Connection(status)))
        case .sync(let state):
            try put(JSON.Event(event: "sync", sync: state.map(JSON.Sync.init)))
            try await compare(with: state == nil ? nil : link.syncProblems(limit: Limits.pageRows))
        case .transfers(let states):
            for state in states { try put(JSON.Event(event: "transfer", transfer: JSON.Transfer(state))) }
        case .transfersCleared(let ids):
            for id in ids { try put(JSON.Event(event: "cleared", id: id.description)) }
        case .stopping: try put(JSON.Event(event: "stopping"))
        case .foldersChanged, .sharedChanged, .estimate: return
        }
        // A pipe's reader wants the line now, not when a buffer is full.
        try Output.flush()
    }

    private mutating func compare(with page: SyncProblemPage?) throws {
        let before = problems
        problems = Dictionary((page?.problems ?? []).map { ($0.key, $0) }) { first, _ in first }
        for problem in page?.problems ?? [] where before[problem.key] != problem {
            try put(JSON.Event(event: "problem", problem: JSON.SyncTrouble(problem)))
        }
        for key in before.keys.sorted() where problems[key] == nil { try put(JSON.Event(event: "solved", key: key)) }
    }

    private func put(_ event: JSON.Event) throws { try write(JSON.text(event) + "\n") }
}

extension JSON {
    /// One line of `events`; only what belongs to the event is there.
    struct Event: Encodable {
        /// status, sync, transfer, cleared, problem, solved, stopping
        var event: String
        var status: Connection?
        /// Left out: there is no synced folder.
        var sync: Sync?
        var transfer: Transfer?
        /// Of a transfer.
        var id: String?
        var problem: SyncTrouble?
        /// Of a problem.
        var key: String?
    }

    /// How it stands with the server.
    struct Connection: Encodable {
        var connection: String
        var problem: Trouble?
        var verifiedAt: Int64?
        var files: Int64

        init(_ status: EngineStatus) {
            connection = status.connection.rawValue
            problem = status.problem.map(Trouble.init)
            verifiedAt = status.verifiedAt
            files = status.fileCount
        }
    }
}
