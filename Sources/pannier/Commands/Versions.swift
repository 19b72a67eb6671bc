import ArgumentParser
import PannierCore
import PannierEngine

struct Versions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what a file has held.",
        usage: """
            pannier versions <path> [--json]
            pannier versions --keep <path>
            pannier versions [--json]
            """,
        discussion: """
            The newest first; `pannier restore PATH --version NUMBER` makes an older one current again, \
            `pannier get PATH --version NUMBER` fetches it. Without a path: the \
            files that were changed by two at once, until it is said what they shall hold.
            """)

    @Argument(
        help: "A file.", completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var path: PathArgument?
    @Flag(help: "What the file holds stays; nobody is asked any more about what that replaced.")
    var keep = false
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        guard let path = try path?.remote else {
            if keep { throw ValidationError("Say which file is to be kept as it is. Nothing was changed.") }
            return try await listConflicts(try profile.attach())
        }
        let link = try profile.attach()
        guard keep else { return try await list(path, link) }
        guard case .done = try await link.send(.keepCurrent(path: path)) else { throw Problem.otherVersion }
        Report.line("pannier: \(path) stays as it is; `pannier versions \(path)` lists what it has held.")
    }

    private func list(_ path: RemotePath, _ link: AttachedLink) async throws {
        var array = JSONArray(write: Output.write)
        do {
            try await link.eachPage(ofVersionsAt: path) { versions in
                for version in versions {
                    if output.json {
                        try array.add(JSON.Version(version))
                    } else {
                        try Output.line(VersionLine.text(version))
                    }
                }
                return true
            }
        } catch {
            if output.json, !array.isEmpty { try array.end() }
            throw error
        }
        if output.json { try array.end() }
    }

    private func listConflicts(_ link: AttachedLink) async throws {
        let refusal = try await Freshness.look(link)
        guard case .rows(let page) = try await link.send(.conflicts(limit: Limits.pageRows)) else {
            throw Problem.otherVersion
        }
        if output.json {
            try JSON.print(page.rows.map { JSON.Conflict($0) })
        } else {
            for row in page.rows { try Output.line(name: row.origin?.description ?? row.node.name.text) }
        }
        if page.total > page.rows.count {
            Report.line("pannier: and \(Format.count(Int64(page.total - page.rows.count))) more files.")
        }
        if let refusal { throw ExitStatus(refusal.code) }
    }
}

/// A number of `pannier versions`, as it is typed.
enum VersionNumber {
    static func parse(_ typed: String) throws -> Int64 {
        guard let number = Int64(typed), number >= 0 else {
            throw ValidationError("“\(typed)” is no number of a version. Nothing was changed.")
        }
        return number
    }
}

/// One version on a line: its number, when, size, who, from which of one's own devices, and what is to be known of it.
enum VersionLine {
    static func text(_ version: FileVersion) -> SafeText {
        let size = Format.bytes(version.size)
        let who = SafeText(version.createdBy)
        let device = SafeText(version.device ?? "")
        let note = SafeText(version.notes.joined(separator: ", "))
        var line: SafeText =
            "\(left(String(version.revision), 6))  \(Format.minute(version.createdAt))  \(left(size, 8))  \(who)"
        if !device.isEmpty || !note.isEmpty { line.append("\(right(who, 24))  \(device)") }
        if !note.isEmpty { line.append("\(right(device, 12))  \(note)") }
        return line
    }

    private static func left(_ text: String, _ columns: Int) -> SafeText {
        SafeText(String(repeating: " ", count: max(0, columns - text.count)) + text)
    }

    private static func right(_ text: SafeText, _ columns: Int) -> SafeText {
        SafeText(String(repeating: " ", count: max(0, columns - text.text.count)))
    }
}

extension FileVersion {
    /// What is to be known of it, in words.
    fileprivate var notes: [String] {
        var notes = isCurrent ? ["current"] : []
        switch conflict {
        case .open: notes.append("conflict")
        case .settled: notes.append("conflict, settled")
        case nil: break
        }
        if isRestored { notes.append("restored") }
        return notes
    }
}

extension EngineLink {
    /// All versions of a file, the newest first, page by page, until `body` says that it has enough.
    func eachPage(ofVersionsAt path: RemotePath, _ body: ([FileVersion]) throws -> Bool) async throws {
        var after: VersionID?
        repeat {
            guard case .versions(let page) = try await send(.versions(path: path, after: after, limit: 100)) else {
                throw Problem.otherVersion
            }
            guard try body(page.versions) else { return }
            after = page.after
        } while after != nil
    }

    /// The version of that number, and the current one.
    /// - Throws: ``Problem`` `notFound`: there is none of that number.
    func version(_ number: Int64, at path: RemotePath) async throws -> (wanted: FileVersion, current: VersionID?) {
        var current: VersionID?
        var wanted: FileVersion?
        try await eachPage(ofVersionsAt: path) { versions in
            current = current ?? versions.first { $0.isCurrent }?.id
            wanted = versions.first { $0.revision == number }
            return wanted == nil && versions.last.map { $0.revision > number } ?? false
        }
        guard let wanted else {
            throw Problem(
                .notFound, "\(path) has no version \(number).",
                detail: "`pannier versions \(path)` lists them. Nothing was changed.", status: 0)
        }
        return (wanted, current)
    }
}
