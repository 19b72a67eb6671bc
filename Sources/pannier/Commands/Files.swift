import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List a folder, or name a file.",
        discussion: "`/a/b` is in My Files, `shared:/name/b` in Shared With Me.")

    @Flag(name: [.customShort("l"), .customLong("long")], help: "Print size, date and who changed it, too.")
    var isLong = false
    @Argument(
        help: "The folder; My Files if missing.", completion: .custom(RemoteCompletion.paths),
        transform: PathArgument.init)
    var path: PathArgument?
    @OptionGroup var sorting: SortOptions
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let path = try path?.remote ?? .myFiles
        let link = try profile.attach()
        let refusal = try await Freshness.look(link)
        let phase = try await output.json ? link.syncState()?.phase : nil
        let printer = ListPrinter(isLong: isLong, isJSON: output.json, phase: phase)
        try await printer.list(path, in: sorting.order(), link)
        // The list is an old one, and stays it until somebody signs in.
        if let refusal { throw ExitStatus(refusal.code) }
    }
}

/// Prints rows as they come.
final class ListPrinter {
    private let isLong: Bool
    private let isJSON: Bool
    private let phase: SyncState.Phase?
    private var array: JSONArray
    private var isFirst = true

    /// - Parameters:
    ///   - phase: of the synced folder, for JSON.
    ///   - write: takes JSON.
    init(
        isLong: Bool, isJSON: Bool, phase: SyncState.Phase? = nil,
        write: @escaping (String) throws -> Void = Output.write
    ) {
        self.isLong = isLong
        self.isJSON = isJSON
        self.phase = phase
        array = JSONArray(write: write)
    }

    /// Prints what a folder holds, page by page; a file by itself. JSON that was begun is ended whatever happens.
    func list(_ path: RemotePath, in order: RowOrder = RowOrder(), _ link: some EngineLink) async throws {
        do {
            try await link.eachPage(of: Listing(.folder(path), order: order)) { rows in try add(rows, of: path) }
        } catch let problem as Problem where problem.code == .notFolder && isFirst {
            guard case .row(let row) = try await link.send(.describe(path: path)) else { throw Problem.otherVersion }
            try add([row], of: path.parent ?? path)
        } catch {
            if !isFirst { try end() }
            throw error
        }
        try end()
    }

    private func add(_ rows: [Row], of folder: RemotePath) throws {
        for row in rows {
            if isJSON {
                try array.add(JSON.Entry(row, at: folder.appending(row.node.name), phase))
            } else {
                try Output.line(isLong ? Self.details(row) : "", name: Self.name(row))
            }
            isFirst = false
        }
    }

    private func end() throws {
        if isJSON { try array.end() }
    }

    private static func name(_ row: Row) -> String { row.node.name.text + (row.node.kind == .folder ? "/" : "") }

    /// Size, date, who; the name follows them, since it may be of any width.
    static func details(_ row: Row) -> SafeText {
        let size = row.node.content.map { Format.bytes($0.size) } ?? "–"
        let date = Format.minute(row.node.content.map { $0.modified / 1_000_000 } ?? row.node.changedAt)
        let place: SafeText = row.sync == .onlineOnly ? ", online only" : ""
        let who: SafeText =
            row.owner.map { "from \($0), you may \(row.role?.may ?? "–")" } ?? "\(SafeText(row.node.changedBy))\(place)"
        return "\(String(repeating: " ", count: max(0, 8 - size.count)))\(size)  \(date)  "
            + "\(who)\(String(repeating: " ", count: max(0, 24 - who.text.count)))  "
    }
}

extension Role {
    /// For people.
    fileprivate var may: String {
        switch self {
        case .viewer: "view"
        case .editor: "edit"
        }
    }
}

/// Commands tell what is so now. Where the server cannot be reached they tell what was known, and say so.
enum Freshness {
    /// - Returns: why nothing newer will come until somebody signs in again; nil where it may.
    /// - Throws: ``Problem``: there is no agent to ask.
    static func look(_ link: AttachedLink) async throws -> Problem? {
        // First the agent alone: that it does not answer says nothing about the server.
        _ = try await link.send(.status)
        do {
            guard try await Patience.run({ _ = try await link.send(.refresh) }) != nil else {
                throw Problem(.serverUnreachable, "The server does not answer.")
            }
        } catch let problem as Problem where problem.code == .agentUnreachable {
            throw problem
        } catch let problem as Problem where problem.code == .notSignedIn {
            // The command itself will say so.
        } catch let problem as Problem where problem.code == .tokenInvalid {
            await tell(problem, link)
            return problem
        } catch {
            await tell(error, link)
        }
        return nil
    }

    private static func tell(_ error: any Error, _ link: AttachedLink) async {
        let status = try? await link.status(.status)
        let when = status?.verifiedAt.map { "as of \(Format.minute($0))" } ?? "and was never verified"
        Report.line("pannier: what follows is what was known here last, \(when): \(error)")
    }
}

/// Bounds how long a server that does not answer at all is waited for.
enum Patience {
    private static let limit = Duration.seconds(5)

    /// - Returns: nil when it took too long.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}

struct MakeFolder: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "mkdir", abstract: "Make folders.")

    @Flag(name: [.short, .long], help: "Make folders in between, and take those that are there already.")
    var parents = false
    @Argument(
        help: ArgumentHelp("The folders.", valueName: "path"), completion: .custom(RemoteCompletion.paths),
        transform: PathArgument.init)
    var paths: [PathArgument]
    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        let paths = try paths.map { path throws(Problem) in try path.remote }
        let refusals = try await profile.attach().refusals(.makeFolders(paths: paths, parents: parents))
        try Report.refusals(refusals, of: paths.count)
    }
}

struct Move: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mv", abstract: "Move files and folders on the server, or rename one.",
        usage: "pannier mv <source> ... <target>",
        discussion: """
            Into TARGET when that is a folder; else one source gets TARGET as its new name. Nothing is ever replaced.
            """)

    @Argument(
        help: ArgumentHelp("What to move, then where to.", valueName: "path"),
        completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var paths: [PathArgument]
    @OptionGroup var profile: ProfileOptions

    func validate() throws {
        if paths.count < 2 { throw ValidationError("Name what to move, and where to.") }
    }

    func run() async throws {
        let places = try paths.map { path throws(Problem) in try path.remote }
        let sources = Array(places.dropLast())
        guard let target = places.last else { return }
        let refusals = try await profile.attach().refusals(.move(sources: sources, target: target))
        try Report.refusals(refusals, of: sources.count)
    }
}

struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cp", abstract: "Copy files and folders on the server.",
        usage: "pannier cp <source> ... <target> [--no-wait]",
        discussion: """
            Into TARGET when that is a folder; else one source gets TARGET as its new name. Folders go with everything in \
            them. Nothing is ever replaced. Within My Files nothing crosses the network, and copies take no space. What \
            others share with you is fetched and then sent by this machine, as a transfer that is waited for.
            """)

    @Argument(
        help: ArgumentHelp("What to copy, then where to.", valueName: "path"),
        completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var paths: [PathArgument]
    @OptionGroup var wait: WaitOptions
    @OptionGroup var profile: ProfileOptions

    func validate() throws {
        if paths.count < 2 { throw ValidationError("Name what to copy, and where to.") }
    }

    func run() async throws {
        let places = try paths.map { path throws(Problem) in try path.remote }
        let sources = Array(places.dropLast())
        guard let target = places.last else { return }
        let link = try profile.attach()
        let reply = try await link.send(.copy(sources: sources, target: target))
        if case .started(let ids, let refusals) = reply {
            return try await Transferring(wait).watch(ids, of: sources, refused: refusals, link)
        }
        guard case .refused(let refusals) = reply else { throw Problem.otherVersion }
        // Of a folder, some of what is in it may be refused: then the rest was copied.
        let refused = Set(refusals.map(\.path))
        try Report.refusals(refusals, isAnythingDone: sources.contains { !refused.contains($0.description) })
    }
}

struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Move files and folders to the trash.",
        discussion: "`pannier trash` lists what is there, `pannier restore` brings it back.")

    @Argument(
        help: ArgumentHelp("What to remove; folders with everything in them.", valueName: "path"),
        completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var paths: [PathArgument]
    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        let paths = try paths.map { path throws(Problem) in try path.remote }
        let refusals = try await profile.attach().refusals(.trash(paths: paths))
        try Report.refusals(refusals, of: paths.count)
    }
}
