import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

struct WaitOptions: ParsableArguments {
    @Flag(name: [.customLong("no-wait"), .customLong("detach")], help: "Return at once; the transfer goes on.")
    var isDetached = false
}

struct Put: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Upload files and folders.",
        usage: """
            pannier put <local> ... [<remote>] [--no-wait] [--json]
            pannier put <local> ... --to <remote> [--no-wait] [--json]
            """,
        discussion: """
            Into REMOTE when that is a folder; else one source gets REMOTE as its name. With one argument: into My Files. \
            With several, the last one is REMOTE, unless `--to` names it: `pannier put a b c /`. Uploads go one at a time.
            """)

    @Argument(
        help: ArgumentHelp("What to upload, then where to.", valueName: "path"), completion: .file(),
        transform: PathArgument.init)
    var paths: [PathArgument]
    @Option(
        help: ArgumentHelp("Where to.", valueName: "remote"), completion: .custom(RemoteCompletion.paths),
        transform: PathArgument.init)
    var to: PathArgument?
    @OptionGroup var wait: WaitOptions
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let isTargetLast = to == nil && paths.count > 1
        let sources = (isTargetLast ? paths.dropLast() : paths[...]).map(\.local)
        let target = try (to ?? (isTargetLast ? paths.last : nil))?.remote ?? .myFiles
        let link = try profile.attach()
        if isTargetLast, let last = paths.last { try await PutTarget(last).check(against: target, sources, link) }
        let news = try await ConflictNews(link)
        try await Transferring(wait, isJSON: output.json).run(.put(sources: sources, target: target), link)
        if !wait.isDetached { try await news.tell(link) }
    }
}

/// The last of several arguments of `put`, which is where the others go to, and looks like one of them.
struct PutTarget {
    private let argument: PathArgument

    init(_ argument: PathArgument) { self.argument = argument }

    /// Whether something on this disk goes by it. What begins with a slash is a place on the server first: there is an
    /// `/opt` on every machine. But nobody puts a file to where a file lies here.
    var isLocalToo: Bool {
        guard let kind = LocalItem.kind(of: argument.local) else { return false }
        return argument.bytes.first != UInt8(ascii: "/") || kind == .file
    }

    /// - Throws: ValidationError when it must be a mistake: it is something here, and no folder there.
    func check(against target: RemotePath, _ sources: [LocalPath], _ link: some EngineLink) async throws {
        guard isLocalToo else { return }
        do {
            guard case .row(let row) = try await link.send(.describe(path: target)) else { throw Problem.otherVersion }
            if row.node.kind == .folder { return }
        } catch let problem as Problem where problem.code == .notFound {
            // It would be a new name there.
        } catch is Problem {
            // `put` says it better.
            return
        }
        let first = ByteText.text(of: sources.first?.lastComponent ?? [])
        let last = ByteText.text(of: argument.bytes)
        let place = argument.bytes.first == UInt8(ascii: "/") ? "--to \(last)" : "/\(last)"
        throw ValidationError(
            """
            “\(last)” lies on this disk and is no folder on the server, so it is not clear what is meant. Nothing was sent.
              To upload it, too, say where to: `pannier put … \(last) /`.
              To give \(first) that name there: `pannier put \(first) \(place)`.
            """)
    }
}

struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Download files and folders.",
        usage: """
            pannier get <remote> ... [<local>] [--no-wait] [--json]
            pannier get <remote> ... --to <local> [--no-wait] [--json]
            pannier get <remote> --version <number> [<local>] [--no-wait] [--json]
            """,
        discussion: """
            Into LOCAL when that is a folder; else one source gets LOCAL as its name. With one argument: into the current \
            folder. With several, the last one is LOCAL, unless `--to` names it.
            """)

    @Argument(
        help: ArgumentHelp("What to download, then where to.", valueName: "path"),
        completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var paths: [PathArgument]
    @Option(
        help: ArgumentHelp("Where to.", valueName: "local"), completion: .file(), transform: PathArgument.init)
    var to: PathArgument?
    @Option(
        help: ArgumentHelp(
            "What a file held once, by the number that `pannier versions` prints.", valueName: "number"),
        transform: TextArgument.parse)
    var version: String?
    @OptionGroup var wait: WaitOptions
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let isTargetLast = to == nil && paths.count > 1
        let sources = try (isTargetLast ? paths.dropLast() : paths[...]).map { path throws(Problem) in try path.remote }
        let target = try (to ?? (isTargetLast ? paths.last : nil) ?? PathArgument(".")).local
        let number = try version.map { try VersionNumber.parse($0) }
        if number != nil, sources.count != 1 {
            throw ValidationError("With --version, one file is named by its path. Nothing was fetched.")
        }
        let link = try profile.attach()
        var command = EngineCommand.get(sources: sources, target: target)
        if let number {
            let (version, _) = try await link.version(number, at: sources[0])
            command = .getVersion(version, path: sources[0], target: target)
        }
        try await Transferring(wait, isJSON: output.json).run(command, link)
    }
}
