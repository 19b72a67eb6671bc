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

/// Prints events as they come.
struct EventPrinter<Link: EngineLink> {
    private let link: Link
    private let write: (String) throws -> Void
    /// Of the synced folder.
    private var problems = ToldProblems()
    /// Problems asked for at once: all their paths and words are to fit into one answer.
    private static var pageSize: Int { 200 }

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
            try await compare(with: state)
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

    /// Asks for what has changed of the problems, and only where that does not say which of them are solved for all of them.
    private mutating func compare(with state: SyncState?) async throws {
        guard let state else { return try forget() }
        guard state.problemChanges != problems.changes else { return }
        if let since = problems.changes, try await compare(since: since) { return }
        _ = try await compare(since: nil)
    }

    /// - Returns: whether all is told.
    private mutating func compare(since: Int64?) async throws -> Bool {
        var reading = ToldProblems.Reading(since: since)
        repeat {
            guard let page = try await page(after: reading.next, since: since) else {
                try forget()
                return true
            }
            for problem in problems.take(page, &reading) {
                try put(JSON.Event(event: "problem", problem: JSON.SyncTrouble(problem)))
            }
        } while reading.next != nil
        guard let solved = problems.end(reading) else { return false }
        try tellSolved(solved)
        return true
    }

    private mutating func forget() throws {
        let keys = problems.forget()
        try tellSolved(keys)
    }

    private func tellSolved(_ keys: [String]) throws {
        for key in keys { try put(JSON.Event(event: "solved", key: key)) }
    }

    /// Nil: the folder has been let go of meanwhile, and its problems with it.
    private func page(after key: String?, since: Int64?) async throws -> SyncProblemPage? {
        do {
            return try await link.syncProblems(after: key, limit: Self.pageSize, since: since)
        } catch let problem as Problem where problem.code == .notFound {
            return nil
        }
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
