import PannierCore
import PannierMirror
import PannierTransfer

// Transfers: where they go, and how they stand.
extension Engine {
    /// Uploads to a folder, or of one source under a new name. Sources that cannot go are refused one by one; the others
    /// are one transfer.
    /// - Throws: ``Problem`` when there is no place for any of them.
    func put(_ sources: [LocalPath], to target: RemotePath) async throws(Problem) -> EngineReply {
        _ = try signedIn()
        let place = try await lookUp(target)
        let goal = try UploadGoal(target: target, place: place, sources: sources.count)
        let folder = try await changeableFolder(at: goal.parent ?? target)
        var chosen = Chosen<(local: LocalPath, name: NodeName)>()
        for start in stride(from: 0, to: sources.count, by: Limits.batchItems) {
            let batch = Array(sources[start..<min(sources.count, start + Limits.batchItems)])
            for (source, checked) in zip(batch, try await check(batch, goal, target)) {
                try await chosen.add("\(source)") { taken throws(Problem) in
                    let name = try checked.get()
                    guard taken.insert(name.uniqueKey).inserted else {
                        throw .twice(name.text, "uploaded to \(target)", spelled: name.spelled)
                    }
                    return (source, name)
                }
            }
        }
        let (namespace, parent) = (folder.node.namespace, folder.node.id)
        guard chosen.all.count == 1 else {
            let target = UploadTarget(namespace: namespace, folder: parent, name: nil, remote: target)
            return chosen.reply(chosen.all.isEmpty ? nil : try await transfers.put(chosen.all, target: target))
        }
        let (source, name) = chosen.all[0]
        let remote = goal.name == nil ? target.appending(name) : target
        return chosen.reply(
            try await transfers.put(
                source: source,
                target: UploadTarget(namespace: namespace, folder: parent, name: name, remote: remote)))
    }

    /// Looks at sources and at what is known at their places.
    /// - Returns: for each its name there, or why it cannot go.
    private func check(
        _ sources: [LocalPath], _ goal: UploadGoal, _ target: RemotePath
    ) async throws(Problem) -> [Result<NodeName, Problem>] {
        let names = sources.map { source in
            Result { () throws(Problem) in try goal.name(for: source) }
        }
        let remotes = names.map { name in
            name.map { goal.name == nil ? target.appending($0) : target }
        }
        let nodes = try await mirror.read { database in
            try remotes.map { try Place.find((try? $0.get()) ?? target, in: database)?.node }
        }
        return try await BlockingThread.run { () throws(Problem) in
            sources.indices.map { place in
                Result { () throws(Problem) in
                    try LocalItem.check(sources[place], replacing: nodes[place], at: try remotes[place].get())
                    return try names[place].get()
                }
            }
        }
    }

    /// Downloads into a folder, or of one source under a new name. Sources that cannot go are refused one by one; the
    /// others are one transfer.
    /// - Throws: ``Problem`` when there is no place for any of them.
    func get(_ sources: [RemotePath], to target: LocalPath) async throws(Problem) -> EngineReply {
        _ = try signedIn()
        let kind = try await BlockingThread.run { () throws(Problem) in LocalItem.kind(of: target) }
        let goal = try DownloadGoal(target: target, kind: kind, sources: sources.count)
        var chosen = Chosen<(source: DownloadTop, local: LocalPath)>()
        for source in sources {
            try await chosen.add("\(source)") { taken throws(Problem) in
                guard source != .sharedWithMe else { throw .allThatIsShared }
                let node = try await place(at: source).node
                let name = source.name?.bytes ?? Array("My Files".utf8)
                let local = try await BlockingThread.run { () throws(Problem) in
                    try goal.place(for: node, named: name, kind: LocalItem.kind(of:))
                }
                guard taken.insert(local.bytes).inserted else {
                    throw .twice("\(LocalPath(bytes: name))", "fetched to \(target)")
                }
                return (DownloadTop(prefix: name, node: node, remote: source), local)
            }
        }
        guard chosen.all.count == 1 else {
            let tops = chosen.all.map(\.source)
            return chosen.reply(tops.isEmpty ? nil : try await transfers.get(tops, into: target))
        }
        let (top, local) = chosen.all[0]
        return chosen.reply(
            try await transfers.get(source: DownloadSource(node: top.node, remote: top.remote), target: local))
    }

    /// Downloads what a file held once.
    /// - Throws: ``Problem`` `notFile`; or why there is no place for it.
    func get(_ version: FileVersion, of path: RemotePath, to target: LocalPath) async throws(Problem) -> EngineReply {
        _ = try signedIn()
        var node = try await place(at: path).node
        guard let current = node.content, let name = path.name?.bytes else { throw .noVersions(path) }
        node.content = Node.Content(
            version: version.id, size: version.size, sha256: version.sha256, modified: version.modified,
            isExecutable: version.isExecutable, mimeType: current.mimeType)
        let (file, kind) = (
            node, try await BlockingThread.run { () throws(Problem) in LocalItem.kind(of: target) }
        )
        let goal = try DownloadGoal(target: target, kind: kind, sources: 1)
        let local = try await BlockingThread.run { () throws(Problem) in
            try goal.place(for: file, named: name, kind: LocalItem.kind(of:))
        }
        let source = DownloadSource(node: file, remote: path, isFixed: true)
        return .started([try await transfers.get(source: source, target: local)], refused: [])
    }

    /// - Returns: transfers that the control did fit.
    func control(_ control: TransferControl, _ ids: [TransferID]?) async throws(Problem) -> [TransferID] {
        try await transfers.control(control, ids)
    }
}

/// The sources of a command that begins a transfer: those that can go, and those that cannot.
private struct Chosen<Source> {
    private(set) var all: [Source] = []
    private var refused: [Refusal] = []
    /// Places that are taken by sources before, each by what makes it unique.
    private var taken: Set<[UInt8]> = []

    /// - Parameter transfer: of those that can go; nil when there are none.
    func reply(_ transfer: TransferID?) -> EngineReply { .started(transfer.map { [$0] } ?? [], refused: refused) }

    /// Takes a source, or notes why it cannot go.
    /// - Throws: ``Problem`` that concerns all of them.
    mutating func add(
        _ source: String, _ choose: (inout Set<[UInt8]>) async throws(Problem) -> Source
    ) async throws(Problem) {
        do throws(Problem) {
            all.append(try await choose(&taken))
        } catch {
            if error.isGeneral { throw error }
            refused.append(Refusal(path: source, problem: error))
        }
    }
}

extension Problem {
    /// Two sources of one command that would have the same name.
    /// - Parameter spelled: code points, where other ones would look the same.
    fileprivate static func twice(_ name: String, _ what: String, spelled: String? = nil) -> Problem {
        let spelling = spelled.map { ", whichever way it is spelled; this one has \($0)" } ?? ""
        return Problem(
            .nameTaken, "Two of these would be \(what) as “\(name)”\(spelling).",
            detail: "One would replace the other: only the first one goes.", status: 0)
    }

    fileprivate static let allThatIsShared = Problem(
        .badRequest, "shared:/ cannot be fetched at once.",
        detail: "Name what you want: `pannier ls shared:/` lists it.", status: 0)
}
