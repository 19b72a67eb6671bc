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
    /// What was told of problems of the synced folder, by their keys.
    private var problems: [String: Int] = [:]
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
            try await compare(isPaired: state != nil)
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

    /// All problems there are, page by page: what is not among them is solved.
    private mutating func compare(isPaired: Bool) async throws {
        let before = problems
        problems = [:]
        var next: String?
        var isMore = isPaired
        while isMore, let page = try await page(after: next) {
            for problem in page.problems {
                problems[problem.key] = problem.hashValue
                guard before[problem.key] != problem.hashValue else { continue }
                try put(JSON.Event(event: "problem", problem: JSON.SyncTrouble(problem)))
            }
            next = page.next
            isMore = next != nil
        }
        for key in before.keys.sorted() where problems[key] == nil { try put(JSON.Event(event: "solved", key: key)) }
    }

    /// Nil: the folder has been let go of meanwhile, and its problems with it.
    private func page(after key: String?) async throws -> SyncProblemPage? {
        do {
            return try await link.syncProblems(after: key, limit: Self.pageSize)
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
