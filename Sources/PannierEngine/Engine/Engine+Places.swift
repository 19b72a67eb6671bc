import PannierCore
import PannierMirror

// Paths become places.
extension Engine {
    /// What stands at a path. Where the mirror may be behind, the server is asked before “nothing” is said.
    /// - Throws: ``Problem`` `notFound`.
    func place(at path: RemotePath) async throws(Problem) -> Place {
        guard let place = try await lookUp(path) else { throw .nothing(at: path) }
        return place
    }

    /// - Throws: ``Problem`` `notFound` or `notFolder`.
    func folder(at path: RemotePath) async throws(Problem) -> Place {
        let place = try await place(at: path)
        guard place.node.kind == .folder else { throw .notFolder(path) }
        return place
    }

    /// Nil: nothing is there, as far as can be known now.
    func lookUp(_ path: RemotePath) async throws(Problem) -> Place? {
        if session == nil { _ = try signedIn() }
        if board.connection == .live, let place = try await known(path) { return place }
        if !isServerGone { await catchUp() }
        return try await known(path)
    }

    /// What the mirror has there, asking nobody.
    func known(_ path: RemotePath) async throws(Problem) -> Place? {
        try await mirror.read { try Place.find(path, in: $0) }
    }

    /// Brings the mirror up to date if the server can be reached; if not, what is known must do, and the status says so.
    func catchUp() async {
        guard service != nil else { return }
        try? await feed.refresh()
    }

    /// The last look failed a moment ago: a command of many paths need not wait for each of them.
    private var isServerGone: Bool {
        guard board.connection == .offline, let lookedAt else { return false }
        return ContinuousClock.now - lookedAt < .seconds(5)
    }

    // MARK: - Pages

    func list(_ path: RemotePath, after: RowKey?, limit: Int) async throws(Problem) -> RowPage {
        let rows = try await rows(of: path)
        let start = ranks.rank(of: after, in: path).map { $0 + 1 }
        let before = changes
        let page = try await mirror.page(of: rows, after: after, start: start, limit: Self.bounded(limit))
        if before == changes { ranks.learn(page, of: path) }
        return page
    }

    func list(_ path: RemotePath, before: RowKey?, limit: Int) async throws(Problem) -> RowPage {
        let rows = try await rows(of: path)
        let end = ranks.rank(of: before, in: path)
        let number = changes
        let page = try await mirror.page(of: rows, before: before, end: end, limit: Self.bounded(limit))
        if number == changes { ranks.learn(page, of: path) }
        return page
    }

    private static func bounded(_ limit: Int) -> Int { min(max(limit, 1), Limits.pageRows) }

    /// Pages come from what is known: a screen asks often, and is told when something changes.
    private func rows(of path: RemotePath) async throws(Problem) -> FolderRows {
        if session == nil { _ = try signedIn() }
        if path == .sharedWithMe { return .sharedWithMe }
        if let place = try await known(path), place.node.kind == .folder { return FolderRows(of: place) }
        return FolderRows(of: try await folder(at: path))
    }
}

extension Problem {
    static func nothing(at path: RemotePath) -> Problem {
        Problem(.notFound, "There is nothing at \(path).", detail: "Look at its folder with `pannier ls`.", status: 0)
    }

    static func notFolder(_ path: RemotePath) -> Problem {
        Problem(.notFolder, "\(path) is a file.", detail: "A folder was needed. Nothing was changed.", status: 0)
    }
}
