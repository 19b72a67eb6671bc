import ArgumentParser
import PannierCore
import PannierEngine

struct ShowTrash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trash", abstract: "List what is in the trash.",
        discussion: "Each with the path where it was. `pannier restore` brings things back.")

    @Flag(name: [.customShort("l"), .customLong("long")], help: "Print size, when it was removed and its id, too.")
    var isLong = false
    @OptionGroup var sorting: SortOptions
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let link = try profile.attach()
        let refusal = try await Freshness.look(link)
        var printer = TrashPrinter(isLong: isLong, isJSON: output.json)
        try await printer.list(Listing(.trash, order: sorting.order(.time)), link)
        if let refusal { throw ExitStatus(refusal.code) }
    }
}

/// Prints rows of the trash as they come.
struct TrashPrinter {
    private let isLong: Bool
    private let isJSON: Bool
    private var array: JSONArray

    /// - Parameter write: takes JSON.
    init(isLong: Bool, isJSON: Bool, write: @escaping (String) throws -> Void = Output.write) {
        self.isLong = isLong
        self.isJSON = isJSON
        array = JSONArray(write: write)
    }

    mutating func list(_ listing: Listing, _ link: some EngineLink) async throws {
        do {
            try await link.eachPage(of: listing) { rows in for row in rows { try add(row) } }
        } catch {
            if isJSON, !array.isEmpty { try array.end() }
            throw error
        }
        if isJSON { try array.end() }
    }

    private mutating func add(_ row: Row) throws {
        if isJSON { return try array.add(JSON.Trashed(row)) }
        let place = row.origin?.description ?? row.node.name.text
        try Output.line(isLong ? Self.details(row) : "", name: place + (row.node.kind == .folder ? "/" : ""))
    }

    /// Id, size, date; the path follows them.
    static func details(_ row: Row) -> SafeText {
        let size = row.node.content.map { Format.bytes($0.size) } ?? "–"
        let date = row.node.trashedAt.map(Format.minute) ?? "–"
        return
            "\(TrashedID.text(row.node.id))  \(String(repeating: " ", count: max(0, 8 - size.count)))\(size)  \(date)  "
    }
}

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take things out of the trash, or make an older content of a file current again.",
        usage: """
            pannier restore [--id] <path> ... [--json]
            pannier restore <path> --version <number> [--json]
            """,
        discussion: """
            They go back to where they were; to the top of My Files when that folder has gone; under `name (restored)` when \
            the name is taken. What became of a thing that could not go back to its place is said.

            With --version, a file that is there gets an older content as a new version; what it held stays among its \
            versions.
            """)

    @Argument(
        help: ArgumentHelp(
            "Where things were, as `pannier trash` prints it; with --version, a file.", valueName: "path"),
        completion: .custom(RemoteCompletion.trashed), transform: PathArgument.init)
    var paths: [PathArgument]
    @Flag(
        name: .customLong("id"),
        help: "The arguments are ids, or their first digits, as `pannier trash -l` prints them.")
    var isByID = false
    @Option(
        help: ArgumentHelp(
            "The version that a file is to hold again, as `pannier versions` numbers it.", valueName: "number"),
        transform: TextArgument.parse)
    var version: String?
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        if let version { return try await restore(version: version) }
        let wishes = try paths.map { path in
            isByID ? TrashWish.id(try TrashedID.parse(path)) : .path(try path.remote)
        }
        let link = try profile.attach()
        _ = try await Freshness.look(link)
        var finder = TrashFinder(wishes)
        try await link.eachPage(of: Listing(.trash, order: RowOrder(.time))) { rows in
            for row in rows { finder.look(at: row) }
        }
        let (rows, missed) = finder.outcome
        var refusals = missed
        if !rows.isEmpty {
            guard case .restored(let restored, let refused) = try await link.send(.restore(nodes: rows.map(\.node.id)))
            else { throw Problem.otherVersion }
            refusals += refused
            try tell(restored, rows)
        } else if output.json {
            try JSON.print([JSON.Restored]())
        }
        try Report.refusals(refusals, of: rows.count + missed.count)
    }

    private func restore(version typed: String) async throws {
        let number = try VersionNumber.parse(typed)
        guard paths.count == 1, !isByID else {
            throw ValidationError("With --version, one file is named by its path. Nothing was changed.")
        }
        let path = try paths[0].remote
        let link = try profile.attach()
        let (version, current) = try await link.version(number, at: path)
        let command = EngineCommand.restoreVersion(path: path, version: version.id, current: current)
        guard case .done = try await link.send(command) else { throw Problem.otherVersion }
        guard output.json else {
            let age = Format.minute(version.createdAt)
            return Report.line(
                version.isCurrent
                    ? "pannier: \(path) holds version \(number) already, and keeps it."
                    : "pannier: \(path) holds what it held on \(age) again; what it held until now is a version, too.")
        }
        guard case .row(let row) = try await link.send(.describe(path: path)) else { throw Problem.otherVersion }
        try JSON.print([JSON.Restored(Restored(node: row.node.id, path: path))])
    }

    private func tell(_ restored: [Restored], _ rows: [Row]) throws {
        if output.json { return try JSON.print(restored.map { JSON.Restored($0) }) }
        for thing in restored {
            guard let row = rows.first(where: { $0.node.id == thing.node }), row.origin != thing.path else { continue }
            let was = row.origin?.description ?? row.node.name.text
            Report.line("pannier: \(was) stands at \(thing.path) now: where it was, there was no place for it.")
        }
    }
}
