import PannierCore
import PannierMirror
import PannierTransfer

// Transfers: where they go, and how they stand.
extension Engine {
    /// Uploads to a folder, or of one source under a new name. Sources that cannot go are refused one by one.
    /// - Throws: ``Problem`` when there is no place for any of them.
    func put(_ sources: [LocalPath], to target: RemotePath) async throws(Problem) -> EngineReply {
        _ = try signedIn()
        let place = try await lookUp(target)
        let goal = try UploadGoal(target: target, place: place, sources: sources.count)
        let folder = try await changeableFolder(at: goal.parent ?? target)
        var started = Started()
        for source in sources {
            try await started.add("\(source)") { taken throws(Problem) in
                let name = try goal.name(for: source)
                let remote = goal.name == nil ? target.appending(name) : target
                let node = try await known(remote)?.node
                try await BlockingThread.run { () throws(Problem) in
                    try LocalItem.check(source, replacing: node, at: remote)
                }
                guard taken.insert(name.uniqueKey).inserted else { throw .twice(name.text, "uploaded to \(target)") }
                return try await transfers.put(
                    source: source,
                    target: UploadTarget(
                        namespace: folder.node.namespace, folder: folder.node.id, name: name, remote: remote))
            }
        }
        return started.reply
    }

    /// Downloads into a folder, or of one source under a new name. Sources that cannot go are refused one by one.
    /// - Throws: ``Problem`` when there is no place for any of them.
    func get(_ sources: [RemotePath], to target: LocalPath) async throws(Problem) -> EngineReply {
        _ = try signedIn()
        let kind = try await BlockingThread.run { () throws(Problem) in LocalItem.kind(of: target) }
        let goal = try DownloadGoal(target: target, kind: kind, sources: sources.count)
        var started = Started()
        for source in sources {
            try await started.add("\(source)") { taken throws(Problem) in
                guard source != .sharedWithMe else { throw .allThatIsShared }
                let node = try await place(at: source).node
                let name = source.name?.bytes ?? Array("My Files".utf8)
                let local = try await BlockingThread.run { () throws(Problem) in
                    try goal.place(for: node, named: name, kind: LocalItem.kind(of:))
                }
                guard taken.insert(local.bytes).inserted else {
                    throw .twice("\(LocalPath(bytes: name))", "fetched to \(target)")
                }
                return try await transfers.get(source: DownloadSource(node: node, remote: source), target: local)
            }
        }
        return started.reply
    }

    /// - Returns: transfers that the control did fit.
    func control(_ control: TransferControl, _ ids: [TransferID]?) async throws(Problem) -> [TransferID] {
        let changed = try await transfers.control(control, ids)
        if control == .clear, !changed.isEmpty { publish(.transfersCleared(changed)) }
        return changed
    }
}

/// What came of a command that begins transfers.
private struct Started {
    private var ids: [TransferID] = []
    private var refused: [Refusal] = []
    /// Places that are taken by sources before, each by what makes it unique.
    private var taken: Set<[UInt8]> = []

    var reply: EngineReply { .started(ids, refused: refused) }

    /// Begins one transfer, or notes why it cannot begin.
    /// - Throws: ``Problem`` that concerns all of them.
    mutating func add(
        _ source: String, _ begin: (inout Set<[UInt8]>) async throws(Problem) -> TransferID
    ) async throws(Problem) {
        do throws(Problem) {
            ids.append(try await begin(&taken))
        } catch {
            if error.isGeneral { throw error }
            refused.append(Refusal(path: source, problem: error))
        }
    }
}

extension Problem {
    /// Two sources of one command that would have the same name.
    fileprivate static func twice(_ name: String, _ what: String) -> Problem {
        Problem(
            .nameTaken, "Two of these would be \(what) as “\(name)”.",
            detail: "One would replace the other: only the first one goes.", status: 0)
    }

    fileprivate static let allThatIsShared = Problem(
        .badRequest, "shared:/ cannot be fetched at once.",
        detail: "Name what you want: `pannier ls shared:/` lists it.", status: 0)
}
