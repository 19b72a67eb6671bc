import PannierCore
import PannierMirror
import PannierTransfer

// Commands that change the tree. Each ends with a look at the feed, so that what follows sees it.
extension Engine {
    // MARK: - Folders

    /// - Parameter parents: makes folders in between, and takes those that are there already.
    func makeFolders(_ paths: [RemotePath], parents: Bool) async throws(Problem) -> [Refusal] {
        let service = try signedIn().service
        var refusals: [Refusal] = []
        for path in paths {
            do throws(Problem) {
                try await makeFolder(path, parents: parents, service)
            } catch {
                if error.isGeneral { throw error }
                refusals.append(Refusal(path: path.description, problem: error))
            }
            // The next path may lie in this one.
            await catchUp()
        }
        return refusals
    }

    private func makeFolder(_ path: RemotePath, parents: Bool, _ service: ServiceClient) async throws(Problem) {
        if let present = try await lookUp(path) {
            if parents, present.node.kind == .folder { return }
            throw Problem(.nameTaken, "\(path) is there already.", detail: "Nothing was changed.", status: 0)
        }
        guard let above = path.parent else { throw .nothing(at: path) }
        var missing = path.names.suffix(1)
        var base = above
        if parents {
            while let parent = base.parent, try await known(base) == nil {
                missing = path.names.suffix(missing.count + 1)
                base = parent
            }
        }
        let folder = try await folderToHold(path, at: base)
        let items = missing.indices.map { end in
            CreateNodes.Item(path: Array(missing[missing.startIndex...end]), file: nil)
        }
        let key = IdempotencyKey()
        let answer = try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.createNodes(CreateNodes.Request(parent: folder.node.id, items: items), key: key)
        }
        for item in answer.items { _ = try item.get() }
    }

    /// The folder in which others are made.
    private func folderToHold(_ path: RemotePath, at base: RemotePath) async throws(Problem) -> Place {
        do throws(Problem) {
            return try await changeableFolder(at: base)
        } catch  where error.code == .notFound {
            throw Problem(
                .notFound, error.title, detail: "`pannier mkdir -p \(path)` makes the folders in between, too.",
                status: 0)
        }
    }

    // MARK: - Moving

    func move(_ sources: [RemotePath], to target: RemotePath) async throws(Problem) -> [Refusal] {
        let service = try signedIn().service
        let goal = try await moveGoal(sources, target)
        var items: [(path: RemotePath, item: MoveNodes.Item)] = []
        var refusals: [Refusal] = []
        for source in sources {
            do throws(Problem) {
                let place = try await changeable(at: source)
                guard let own = source.name else { throw .rootStays }
                if goal.isFolderMeant, place.node.kind != .folder { throw .noFolder(at: "\(target)/") }
                let name = goal.name ?? own
                guard place.node.parent != goal.folder.node.id || place.node.name != name else {
                    throw Problem(.nameTaken, "\(source) is there already.", detail: "Nothing was moved.", status: 0)
                }
                items.append((source, MoveNodes.Item(node: place.node.id, parent: goal.folder.node.id, name: name)))
            } catch {
                if error.isGeneral { throw error }
                refusals.append(Refusal(path: source.description, problem: error))
            }
        }
        refusals += try await inBatches(items.map { ($0.path, $0.item) }) { batch, key throws(Problem) in
            try await service.moveNodes(MoveNodes.Request(items: batch), key: key)
        }
        await catchUp()
        return refusals
    }

    /// Into a folder that is there; else one source gets a new name, which only a folder can when a slash ends it.
    private func moveGoal(
        _ sources: [RemotePath], _ target: RemotePath
    ) async throws(Problem) -> (folder: Place, name: NodeName?, isFolderMeant: Bool) {
        if let place = try await lookUp(target) {
            if place.node.kind == .folder { return (try await changeableFolder(at: target), nil, false) }
            guard sources.count == 1, !target.isFolderMeant else { throw .notFolder(target) }
            throw Problem(.nameTaken, "\(target) is there already.", detail: "Nothing was moved.", status: 0)
        }
        if target == .sharedWithMe { throw .sharedWithMe }
        guard sources.count == 1, let name = target.name, let parent = target.parent else {
            throw .nothing(at: target)
        }
        return (try await changeableFolder(at: parent), name, target.isFolderMeant)
    }

    // MARK: - Trash

    func trash(_ paths: [RemotePath]) async throws(Problem) -> [Refusal] {
        let service = try signedIn().service
        var items: [(RemotePath, NodeID)] = []
        var refusals: [Refusal] = []
        for path in paths {
            do throws(Problem) {
                let place = try await changeable(at: path)
                guard !path.isRoot else { throw .rootStays }
                items.append((path, place.node.id))
            } catch {
                if error.isGeneral { throw error }
                refusals.append(Refusal(path: path.description, problem: error))
            }
        }
        refusals += try await inBatches(items) { batch, key throws(Problem) in
            try await service.trashNodes(TrashNodes.Request(nodes: batch), key: key)
        }
        await catchUp()
        return refusals
    }

    // MARK: - In common

    /// Sends items by the batch, each batch under one idempotency key, and pairs refusals with their paths.
    private func inBatches<Item: Sendable>(
        _ items: [(RemotePath, Item)],
        _ send: (_ batch: [Item], _ key: IdempotencyKey) async throws(Problem) -> NodeResults
    ) async throws(Problem) -> [Refusal] {
        var refusals: [Refusal] = []
        for start in stride(from: 0, to: items.count, by: Limits.batchItems) {
            let batch = items[start..<min(start + Limits.batchItems, items.count)]
            let key = IdempotencyKey()
            let answer = try await RetryPolicy.interactive.run { _ throws(Problem) in
                try await send(batch.map(\.1), key)
            }
            guard answer.items.count == batch.count else {
                throw Problem(.internalError, "The server answered another question.", status: 0)
            }
            for ((path, _), result) in zip(batch, answer.items) {
                if case .problem(let problem) = result {
                    refusals.append(Refusal(path: path.description, problem: problem))
                }
            }
        }
        return refusals
    }
}

extension Problem {
    /// Whether it stops a whole command, not one path of it.
    var isGeneral: Bool {
        isTransient || [.tokenInvalid, .notSignedIn, .serverUntrusted, .mirrorDamaged, .localDiskFull].contains(code)
    }

    fileprivate static let rootStays = Problem(
        .badRequest, "My Files itself cannot be moved or removed.", detail: "Nothing was changed.", status: 0)
}
