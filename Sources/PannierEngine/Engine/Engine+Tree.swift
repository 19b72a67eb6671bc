import PannierCore
import PannierMirror
import PannierTransfer

// Commands that change the tree. Each ends with a look at the feed, so that what follows sees it.
extension Engine {
    // MARK: - Folders

    /// - Parameter parents: makes folders in between, and takes those that are there already.
    func makeFolders(_ paths: [RemotePath], parents: Bool, key: CommandKey) async throws(Problem) -> [Refusal] {
        let service = try signedIn().service
        var refusals: [Refusal] = []
        // Made, and not known here yet.
        var made: Set<RemotePath> = []
        for (part, path) in paths.enumerated() {
            if path.ancestors.contains(where: made.contains) {
                await catchUp()
                made = []
            }
            do throws(Problem) {
                let plan = try await planned(key, part: part) { () throws(Problem) in
                    try await folderPlan(path, parents: parents)
                }
                guard let parent = plan.parent else { continue }
                try await makeFolders(
                    CreateNodes.Request(parent: parent, items: plan.items), IdempotencyKey(key, request: part), service)
                made.formUnion(([path] + path.ancestors).prefix(plan.items.count))
            } catch {
                if error.isGeneral { throw error }
                refusals.append(Refusal(path: path.description, problem: error))
            }
        }
        await catchUp()
        return refusals
    }

    private struct FolderPlan: Codable, Sendable {
        /// Nil: it is there already.
        var parent: NodeID?
        var items: [CreateNodes.Item] = []
    }

    private func folderPlan(_ path: RemotePath, parents: Bool) async throws(Problem) -> FolderPlan {
        if let present = try await lookUp(path) {
            if parents, present.node.kind == .folder { return FolderPlan() }
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
        return FolderPlan(parent: folder.node.id, items: items)
    }

    private func makeFolders(
        _ request: CreateNodes.Request, _ key: IdempotencyKey, _ service: ServiceClient
    ) async throws(Problem) {
        let answer = try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.createNodes(request, key: key)
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

    func move(
        _ sources: Sources, to target: RemotePath, as kind: TargetKind, key: CommandKey
    ) async throws(Problem) -> [Refusal] {
        let service = try signedIn().service
        let plan = try await planned(key) { () throws(Problem) in try await movePlan(sources, target, kind) }
        return try await inBatches(plan, key) { batch, key throws(Problem) in
            try await service.moveNodes(MoveNodes.Request(items: batch), key: key)
        }
    }

    private func movePlan(
        _ sources: Sources, _ target: RemotePath, _ kind: TargetKind
    ) async throws(Problem) -> BatchPlan<MoveNodes.Item> {
        let goal = try await moveGoal(sources.paths, target, kind)
        var plan = BatchPlan<MoveNodes.Item>()
        for source in sources.paths {
            try await plan.add(source) { () throws(Problem) in
                let place = try await changeable(at: source)
                try sources.check(place.node, at: source)
                guard let own = source.name else { throw .rootStays }
                if goal.isFolderMeant, place.node.kind != .folder { throw .noFolder(at: "\(target)/") }
                let name = goal.name ?? own
                guard place.node.parent != goal.folder.node.id || place.node.name != name else {
                    throw Problem(.nameTaken, "\(source) is there already.", detail: "Nothing was moved.", status: 0)
                }
                return MoveNodes.Item(node: place.node.id, parent: goal.folder.node.id, name: name)
            }
        }
        return plan
    }

    /// Into a folder that is there; else one source gets a new name, which only a folder can when a slash ends it.
    func moveGoal(
        _ sources: [RemotePath], _ target: RemotePath, _ kind: TargetKind
    ) async throws(Problem) -> (folder: Place, name: NodeName?, isFolderMeant: Bool) {
        if let place = try await lookUp(target) {
            if kind == .name, !target.isFolderMeant {
                throw Problem(
                    .nameTaken, "\(target) is there already.",
                    detail: "Nothing was changed. With a slash at its end, a folder is what it goes into.", status: 0)
            }
            if place.node.kind == .folder { return (try await changeableFolder(at: target), nil, false) }
            guard sources.count == 1, !target.isFolderMeant else { throw .notFolder(target) }
            throw Problem(.nameTaken, "\(target) is there already.", detail: "Nothing was changed.", status: 0)
        }
        if target == .sharedWithMe { throw .sharedWithMe }
        if kind == .folder { throw .nothing(at: target) }
        guard sources.count == 1, let name = target.name, let parent = target.parent else {
            throw .nothing(at: target)
        }
        return (try await changeableFolder(at: parent), name, target.isFolderMeant)
    }

    // MARK: - Trash

    func trash(_ sources: Sources, key: CommandKey) async throws(Problem) -> [Refusal] {
        let service = try signedIn().service
        let plan = try await planned(key) { () throws(Problem) in try await trashPlan(sources) }
        return try await inBatches(plan, key) { batch, key throws(Problem) in
            try await service.trashNodes(TrashNodes.Request(items: batch), key: key)
        }
    }

    private func trashPlan(_ sources: Sources) async throws(Problem) -> BatchPlan<TrashNodes.Item> {
        var plan = BatchPlan<TrashNodes.Item>()
        for path in sources.paths {
            try await plan.add(path) { () throws(Problem) in
                let place = try await changeable(at: path)
                try sources.check(place.node, at: path)
                guard !path.isRoot else { throw .rootStays }
                return TrashNodes.Item(node: place.node.id)
            }
        }
        return plan
    }
}

extension RemotePath {
    /// The folders that it lies in, the innermost first.
    fileprivate var ancestors: [RemotePath] {
        Array(sequence(first: self, next: \.parent).dropFirst())
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
