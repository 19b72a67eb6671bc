import Logging
import PannierCore
import PannierMirror
import PannierTransfer

// Copies: within one person's tree by reference, from another's by a transfer.
extension Engine {
    /// Copies files and folders. Folders are made, then what lies in them is copied, a request full at a time, each kept
    /// before it is sent: sent again, the command goes on where it was. What belongs to somebody else is fetched and then
    /// sent, which only begins here.
    ///
    /// - Returns: what could not be copied, each with its path; all else was, or is what the transfer does.
    /// - Throws: ``Problem`` when nothing came into being.
    func copy(
        _ sources: Sources, to target: RemotePath, as kind: TargetKind, key: CommandKey
    ) async throws(Problem) -> EngineReply {
        let service = try signedIn().service
        let plan = try await planned(key) { () throws(Problem) in try await copyPlan(sources, target, kind) }
        if let across = plan.across { try await begin(across) }
        var progress = CopyProgress(plan)
        do throws(Problem) {
            var number = 1
            while try await carryOutStep(number, of: &progress, key, service) { number += 1 }
        } catch {
            if progress.isNothing, plan.across == nil { throw error }
            progress.end(because: error)
        }
        if !plan.tops.isEmpty { await catchUp() }
        guard let across = plan.across else { return .refused(progress.refusals) }
        return .started([across.transfer], refused: progress.refusals)
    }

    private func begin(_ plan: CopyAcrossPlan) async throws(Problem) {
        let target = UploadTarget(namespace: plan.namespace, folder: plan.folder, name: nil, remote: plan.remote)
        let tops = plan.tops.map { DownloadTop(prefix: $0.name.bytes, node: $0.node, remote: $0.path) }
        try await transfers.copy(tops, to: target, id: plan.transfer)
    }

    /// - Parameter number: from 1.
    /// - Returns: false when there was nothing left to do.
    private func carryOutStep(
        _ number: Int, of progress: inout CopyProgress, _ key: CommandKey, _ service: ServiceClient
    ) async throws(Problem) -> Bool {
        let now = progress
        let step = try await planned(key, part: number) { () throws(Problem) in
            try await copyStep(now, from: (number - 1) * Limits.batchItems)
        }
        guard step.count + step.taken > 0 else { return false }
        progress.begin(step)
        try await makeFolders(step, &progress, IdempotencyKey(key, request: number), service)
        try await copyFiles(step, &progress, key, number, service)
        if progress.hasTooManyRefusals { throw .tooManyRefusals }
        return true
    }

    // MARK: - Planning

    private func copyPlan(
        _ sources: Sources, _ target: RemotePath, _ kind: TargetKind
    ) async throws(Problem) -> CopyPlan {
        let goal = try await moveGoal(sources.paths, target, kind)
        let folder = goal.folder.node
        var plan = CopyPlan(folder: folder.id)
        var across = CopyAcrossPlan(
            transfer: .random(), namespace: folder.namespace, folder: folder.id,
            remote: goal.name.map { _ in target.parent ?? target } ?? target)
        var taken: Set<[UInt8]> = []
        var others: [Place] = []
        for source in sources.paths {
            do throws(Problem) {
                if source == .sharedWithMe { throw .sharedWithMe }
                let place = try await place(at: source)
                try sources.check(place.node, at: source)
                try await checkCopy(of: place, into: goal.folder)
                guard let own = source.name else { throw .copiedIntoItself }
                if goal.isFolderMeant, place.node.kind != .folder { throw .noFolder(at: "\(target)/") }
                let name = goal.name ?? own
                try await checkFree(name, in: goal.folder, &taken, target)
                guard place.node.namespace == folder.namespace else {
                    across.tops.append(CopyAcrossPlan.Top(path: source, node: place.node, name: name))
                    others.append(place)
                    continue
                }
                plan.tops.append(
                    CopyPlan.Top(path: source, node: place.node.id, isFolder: place.node.kind == .folder, name: name))
            } catch {
                if error.isGeneral { throw error }
                plan.refusals.append(Refusal(path: source.description, problem: error))
            }
        }
        if let problem = try await lackOfRoom(for: others) {
            plan.refusals += across.tops.map { Refusal(path: $0.path.description, problem: problem) }
        } else if !across.tops.isEmpty {
            plan.across = across
        }
        return plan
    }

    /// Why what others share cannot be kept: before any of it is fetched, for all of it is before any is sent.
    /// - Returns: nil when there is any room, and when nobody can be asked: then the server says so in the end.
    private func lackOfRoom(for places: [Place]) async throws(Problem) -> Problem? {
        guard !places.isEmpty, let service else { return nil }
        let account: Account
        do throws(Problem) {
            // What is known may be old, and what was removed meanwhile makes room.
            account = try await service.account()
        } catch {
            log.info("whether there is room for a copy is not known", metadata: ["problem": "\(error)"])
            return nil
        }
        await learn(account)
        guard let quota = account.quotaBytes else { return nil }
        // What is stored counts, and how much that will be is not known: what compresses or is there already takes less.
        guard account.usedBytes >= quota else { return nil }
        let bytes = try await mirror.read { database in
            try places.reduce(Int64(0)) { sum, place in sum + (try place.bytes(in: database)) }
        }
        return bytes > 0 ? .noRoom(bytes) : nil
    }

    private func checkCopy(of place: Place, into folder: Place) async throws(Problem) {
        guard place.node.kind == .folder else { return }
        if try await mirror.read({ try place.holds(folder.node.id, in: $0) }) { throw .copiedIntoItself }
    }

    /// The service makes no folder anew that is there: nothing must be mixed with what is.
    private func checkFree(
        _ name: NodeName, in folder: Place, _ taken: inout Set<[UInt8]>, _ target: RemotePath
    ) async throws(Problem) {
        if try await mirror.read({ try folder.descendant(at: [name], in: $0) }) != nil {
            throw Problem(
                .nameTaken, "There is a “\(name)” already where it should go.", detail: "It was not copied.", status: 0)
        }
        guard taken.insert(name.uniqueKey).inserted else {
            throw Problem(
                .nameTaken, "Two of these would be copied to \(target) as “\(name)”.", detail: "Only the first one is.",
                status: 0)
        }
    }

    /// First what was named, then what lies in the folders that have been made.
    /// - Parameter from: of what was named, the first one that belongs to this step.
    private func copyStep(_ progress: CopyProgress, from: Int) async throws(Problem) -> CopyStep {
        let tops = progress.plan.tops.enumerated().dropFirst(from).prefix(Limits.batchItems)
        guard tops.isEmpty else {
            let items = tops.map { ($1.isFolder, CopyStep.Group.Item(node: $1.node, name: $1.name, top: $0)) }
            let group = CopyStep.Group(
                parent: progress.plan.folder, names: [], folders: items.filter(\.0).map(\.1),
                files: items.filter { !$0.0 }.map(\.1))
            return CopyStep(groups: [group])
        }
        let step = try await gather(progress, refusesUnlisted: false)
        if let step { return step }
        // A folder is still being listed: a look waits for that.
        await catchUp()
        return try await gather(progress, refusesUnlisted: true) ?? CopyStep()
    }

    /// Children of the folders on top of the stack, a request full.
    /// - Returns: nil when the first of them is not known yet.
    private func gather(_ progress: CopyProgress, refusesUnlisted: Bool) async throws(Problem) -> CopyStep? {
        var step = CopyStep()
        for folder in progress.stack.reversed() {
            let room = Limits.batchItems - step.count
            guard room > 0, step.taken < Limits.batchItems else { break }
            let children = try await mirror.read {
                try Place.children(of: folder.source, after: folder.after, limit: room, in: $0)
            }
            var problem: Problem?
            switch children {
            case .page(let nodes):
                step.groups.append(Self.group(nodes, of: folder))
                if nodes.count == room {
                    step.putBack = folder
                    step.putBack?.after = nodes.last?.id
                }
            case .unlisted:
                guard refusesUnlisted else { return step.taken == 0 ? nil : step }
                problem = .notListed
            case .gone: problem = .goneMeanwhile
            }
            step.taken += 1
            if let problem {
                let path = progress.origin(folder.top, folder.names)
                step.refusals.append(Refusal(path: path.description, problem: problem))
            }
        }
        return step
    }

    private static func group(_ nodes: [Node], of folder: CopiedFolder) -> CopyStep.Group {
        func items(_ kind: Node.Kind) -> [CopyStep.Group.Item] {
            nodes.filter { $0.kind == kind }.map { CopyStep.Group.Item(node: $0.id, name: $0.name, top: folder.top) }
        }
        return CopyStep.Group(
            parent: folder.copy, names: folder.names, folders: items(.folder), files: items(.file))
    }

    // MARK: - Sending

    /// The service answers the first ones where the files have many chunks; then it is asked again for the rest.
    private func copyFiles(
        _ step: CopyStep, _ progress: inout CopyProgress, _ command: CommandKey, _ number: Int, _ service: ServiceClient
    ) async throws(Problem) {
        var files = step.groups.flatMap { group in group.files.map { (group, $0) } }[...]
        var round = 1
        while !files.isEmpty {
            let items = files.map { CopyNodes.Item(node: $1.node, parent: $0.parent, name: $1.name) }
            let key = IdempotencyKey(command, request: number, round: round)
            let answer = try await RetryPolicy.interactive.run { _ throws(Problem) in
                try await service.copyNodes(CopyNodes.Request(items: items), key: key)
            }
            guard (1...files.count).contains(answer.items.count) else { throw .otherAnswer }
            for ((group, item), result) in zip(files, answer.items) { progress.copied(item, in: group, result) }
            files = files.dropFirst(answer.items.count)
            round += 1
        }
    }

    private func makeFolders(
        _ step: CopyStep, _ progress: inout CopyProgress, _ key: IdempotencyKey, _ service: ServiceClient
    ) async throws(Problem) {
        let folders = step.groups.flatMap { group in group.folders.map { (group, $0) } }
        guard !folders.isEmpty else { return }
        let request = CreateNodes.Request(
            parent: progress.plan.folder,
            items: folders.map { CreateNodes.Item(path: $0.names + [$1.name], file: nil) })
        let answer = try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.createNodes(request, key: key)
        }
        guard answer.items.count == folders.count else { throw .otherAnswer }
        for ((group, item), result) in zip(folders, answer.items) { progress.made(item, in: group, result) }
    }
}

extension Problem {
    fileprivate static let copiedIntoItself = Problem(
        .cycle, "A folder cannot be copied into itself or into what lies below it.", detail: "It was not copied.",
        status: 0)

    fileprivate static let goneMeanwhile = Problem(
        .notFound, "The folder went away while it was copied.", detail: "What was found in it before that was copied.",
        status: 0)

    fileprivate static let notListed = Problem(
        .unavailable, "What lies in the folder is not known yet.", detail: "Nothing in it was copied. Copy it later.",
        status: 0)

    fileprivate static func noRoom(_ bytes: Int64) -> Problem {
        Problem(
            .quotaExceeded, "\(Format.bytes(bytes)) would become yours, and your storage is full.",
            detail: "Nothing was fetched. Copy less, make room, or ask whoever runs the server for more.", status: 0)
    }

    fileprivate static let tooManyRefusals = Problem(
        .partlyFailed, "Too much could not be copied: the rest was not tried.")
}
