import PannierCore
import PannierMirror
import PannierTransfer

// Transfers: where they go, and how they stand.
extension Engine {
    /// Uploads begin only when every one of them has a place.
    func put(_ sources: [LocalPath], to target: RemotePath) async throws(Problem) -> [TransferID] {
        _ = try signedIn()
        let place = try await lookUp(target)
        let goal = try UploadGoal(target: target, place: place, sources: sources.count)
        let parent: Place? = if let path = goal.parent { try await self.folder(at: path) } else { place }
        guard let folder = parent else { throw .nothing(at: target) }
        var items: [(LocalPath, UploadTarget)] = []
        var names: Set<[UInt8]> = []
        for source in sources {
            let name = try goal.name(for: source)
            try LocalItem.check(source, replacing: place?.node, at: target)
            guard names.insert(name.uniqueKey).inserted else { throw .twice(name.text, "uploaded to \(target)") }
            let remote = goal.name == nil ? target.appending(name) : target
            items.append(
                (
                    source,
                    UploadTarget(namespace: folder.node.namespace, folder: folder.node.id, name: name, remote: remote)
                ))
        }
        var started: [TransferID] = []
        for (source, target) in items { started.append(try await transfers.put(source: source, target: target)) }
        return started
    }

    /// Downloads begin only when every one of them is there and has a place.
    func get(_ sources: [RemotePath], to target: LocalPath) async throws(Problem) -> [TransferID] {
        _ = try signedIn()
        let isFolder = LocalItem.kind(of: target) == .folder
        guard isFolder || sources.count == 1 else {
            throw Problem(
                .notFolder, "\(target) is not a folder that is there.",
                detail: "Several files can only be put into a folder. Nothing was fetched.", status: 0)
        }
        var items: [(DownloadSource, LocalPath)] = []
        var names: Set<[UInt8]> = []
        for source in sources {
            guard source != .sharedWithMe else {
                throw Problem(
                    .badRequest, "All that is shared cannot be fetched at once.",
                    detail: "Name what you want: `pannier ls shared:/` lists it.", status: 0)
            }
            let place = try await place(at: source)
            let name = source.name?.bytes ?? Array("My Files".utf8)
            let local = isFolder ? target.appending(name) : target
            guard names.insert(local.bytes).inserted else {
                throw .twice(SafeText(bytes: name).text, "fetched to \(target)")
            }
            items.append((DownloadSource(node: place.node, remote: source), local))
        }
        var started: [TransferID] = []
        for (source, local) in items { started.append(try await transfers.get(source: source, target: local)) }
        return started
    }

    func control(_ control: TransferControl, _ ids: [TransferID]?) async throws(Problem) -> EngineReply {
        let cleared = try await transfers.control(control, ids)
        if !cleared.isEmpty { publish(.transfersCleared(cleared)) }
        return .done
    }
}

extension Problem {
    fileprivate static func twice(_ name: String, _ what: String) -> Problem {
        Problem(
            .nameTaken, "Two of these would be \(what) as “\(name)”.",
            detail: "One would replace the other. Nothing was begun.", status: 0)
    }
}
