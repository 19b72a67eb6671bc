import PannierCore
import PannierEngine

/// Looks up in the agent's mirror what a word may go on to.
struct RemoteNames: Sendable {
    /// More than anybody reads.
    private static let most = 200
    private static let shared = "shared:/"
    private static let firstID = NodeID(high: 0, low: 0)

    let link: SocketLink

    /// Paths that begin as the one that was typed. Folders end with a slash.
    func names(for path: TypedPath) async throws -> [String] {
        var found = try await children(of: path.folder, beginning: path.name)
        // A folder alone: what lies in it is offered beside it, so that the shell does not think it is done.
        if let only = found.first, found.count == 1, only.hasSuffix("/") {
            found += try await children(of: only, beginning: "")
        }
        if path.isAtStart, Self.shared.hasPrefix(path.name) { found.append(Self.shared) }
        return found
    }

    /// What was put into the trash last.
    func trashed() async throws -> [Row] {
        let listing = Listing(.trash, order: RowOrder(.time))
        guard case .rows(let page) = try await link.send(.list(listing, after: nil, limit: Self.most)) else {
            return []
        }
        return page.rows
    }

    private func children(of folder: String, beginning: String) async throws -> [String] {
        let listing = Listing(folder.isEmpty ? .myFiles : try RemotePath(parsing: Array(folder.utf8)))
        var rows: [Row] = []
        for place in Self.places(beginning) {
            guard case .rows(let page) = try await link.send(.list(listing, after: place, limit: Self.most)) else {
                return []
            }
            rows += page.rows.filter { row in
                row.node.name.text.utf8.starts(with: beginning.utf8) && !rows.contains { $0.node.id == row.node.id }
            }
        }
        return rows.map { folder + $0.node.name.text + ($0.node.kind == .folder ? "/" : "") }
    }

    /// Just before the first names that begin so: rows are ordered by name, folders before files.
    private static func places(_ beginning: String) -> [RowKey?] {
        // What cannot be a name by itself, as a dot, may be the beginning of one.
        guard let name = try? NodeName(beginning) else { return [nil] }
        return [true, false].map { RowKey(isFolder: $0, name: name, node: firstID) }
    }
}

/// A path on the server as far as it was typed.
struct TypedPath: Equatable {
    /// With the slash at its end; empty where none was typed.
    let folder: String
    /// How the name begins.
    let name: String
    /// Nothing says yet whether it is in My Files.
    let isAtStart: Bool

    init(_ text: String) {
        let end = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
        // Where nothing was typed, a name alone could be taken for an option.
        folder = text.isEmpty ? "/" : String(text[..<end])
        name = String(text[end...])
        isAtStart = !text.contains("/")
    }
}
