import PannierCore
import PannierMirror

// Paths become places.
extension Engine {
    /// What stands at a path. Where the mirror may be behind, the server is asked before “nothing” is said.
    /// - Throws: ``Problem`` `notFound`; `notFolder` when the path means a folder by its slash and there is a file.
    func place(at path: RemotePath) async throws(Problem) -> Place {
        guard let place = try await lookUp(path) else { throw try await nothing(at: path) }
        if path.isFolderMeant, place.node.kind != .folder { throw .notFolder(path) }
        return place
    }

    /// Says what else could be meant: in Shared With Me a name that several people use stands with their addresses.
    private func nothing(at path: RemotePath) async throws(Problem) -> Problem {
        guard path.space == .shared, let name = path.names.first else { return .nothing(at: path) }
        let shown = try await mirror.read { try Place.sharedNames(of: name, limit: 10, in: $0) }
        guard shown.count > 1 else { return .nothing(at: path) }
        return .severalShared(path, shown)
    }

    /// - Throws: ``Problem`` `notFound` or `notFolder`.
    func folder(at path: RemotePath) async throws(Problem) -> Place {
        let place = try await place(at: path)
        guard place.node.kind == .folder else { throw .notFolder(path) }
        return place
    }

    /// What stands at a path, to be moved or removed.
    /// - Throws: as ``place(at:)``, and `viewOnly`: the service would not say why it refuses.
    func changeable(at path: RemotePath) async throws(Problem) -> Place {
        if path == .sharedWithMe { throw .sharedWithMe }
        return try await place(at: path).checked(at: path)
    }

    /// A folder that something is to be put into.
    /// - Throws: as ``folder(at:)``, and `viewOnly`.
    func changeableFolder(at path: RemotePath) async throws(Problem) -> Place {
        if path == .sharedWithMe { throw .sharedWithMe }
        return try await folder(at: path).checked(at: path)
    }

    /// Nil: nothing is there, as far as can be known now.
    func lookUp(_ path: RemotePath) async throws(Problem) -> Place? {
        if session == nil { _ = try signedIn() }
        if board.connection == .live, let place = try await known(path) { return place }
        await catchUpOnce()
        return try await known(path)
    }

    /// Looks at the feed, unless this command has, or the server has just been found to be gone.
    func catchUpOnce() async {
        if !isServerGone, !hasLooked { await catchUp() }
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

    /// The same, waiting so long at most.
    func catchUp(for limit: Duration) async {
        guard service != nil else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: limit) }
            group.addTask { try? await self.feed.refresh() }
            await group.next()
            group.cancelAll()
        }
    }

    /// All that was there when this command began has been told: a command of many paths asks once.
    private var hasLooked: Bool {
        guard let begun = CommandTime.begun, let lookedFrom else { return false }
        return lookedFrom >= begun
    }

    /// The last look failed a moment ago: a command of many paths need not wait for each of them.
    private var isServerGone: Bool {
        guard board.connection == .offline, let lookedAt else { return false }
        return ContinuousClock.now - lookedAt < .seconds(5)
    }
}

/// When the command under way began.
enum CommandTime {
    @TaskLocal static var begun: ContinuousClock.Instant?
}

extension Place {
    /// Itself, where whoever is signed in may change it.
    fileprivate func checked(at path: RemotePath) throws(Problem) -> Place {
        if role == .viewer { throw .viewOnly(path, of: owner) }
        return self
    }
}

extension Problem {
    /// - Parameter owner: an address, where it is known.
    static func viewOnly(_ path: RemotePath, of owner: String?) -> Problem {
        let whose = owner.map { " by \($0)" } ?? ""
        return Problem(
            .viewOnly, "\(path) was shared with you to view only\(whose).",
            detail: "Nothing was changed. `pannier get` fetches a copy.")
    }

    static let sharedWithMe = Problem(
        .viewOnly, "Shared With Me is no folder: it lists what other people share with you.",
        detail: "Nothing can be put there or taken away. Nothing was changed.")

    static func nothing(at path: RemotePath) -> Problem {
        Problem(.notFound, "There is nothing at \(path).", detail: "Look at its folder with `pannier ls`.", status: 0)
    }

    /// - Parameter shown: as which things of the path's first name stand in Shared With Me.
    static func severalShared(_ path: RemotePath, _ shown: [NodeName]) -> Problem {
        let name = path.names.first?.text ?? ""
        let paths = shown.map { "“\(RemotePath(space: .shared, names: [$0]))”" }
        return Problem(
            .notFound, "More than one “\(name)” is shared with you: say which.",
            detail: "They are \(paths.joined(separator: ", ")).", status: 0)
    }

    /// For a path that ends with a slash.
    static func noFolder(at path: some CustomStringConvertible) -> Problem {
        Problem(
            .notFolder, "\(path) is not a folder that is there.",
            detail: "With a slash at its end a path means a folder. Nothing was changed.", status: 0)
    }

    static func notFolder(_ path: RemotePath) -> Problem {
        Problem(.notFolder, "\(path) is a file.", detail: "A folder was needed. Nothing was changed.", status: 0)
    }
}
