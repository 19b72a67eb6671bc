package import PannierCore
package import PannierScreen

/// All that needs somebody: what happened, what it means for the data, and the keys that mend it.
package struct ProblemsPanel: Layer {
    /// One of them.
    package struct Item: Sendable {
        package enum Matter: Sendable, Hashable {
            case agent
            case connection
            case transfer(TransferID)
            /// One file of a transfer.
            case file(TransferID, row: Int64)
            case conflict(RemotePath, Row)
            /// The synced folder as a whole.
            case folder
            /// Folders of which changes are not heard.
            case watching
            /// Deletions that wait for consent.
            case deletions
            /// Something that cannot be synchronised as it is, below the synced folder.
            case unsynced(LocalPath)
        }

        package let matter: Matter
        package let title: SafeText
        package let problem: Problem
        /// It is merely left out of the synced folder, and needs nobody.
        package let isLeftOut: Bool

        init(matter: Matter, title: SafeText, problem: Problem, isLeftOut: Bool = false) {
            self.matter = matter
            self.title = title
            self.problem = problem
            self.isLeftOut = isLeftOut
        }
    }

    package private(set) var cursor = 0
    /// Files that failed, by transfer, as far as they were read.
    package private(set) var failures: [TransferID: [TransferFailure]] = [:]
    /// Transfers whose failures are being read, or were, with how many there were then.
    private var asked: [TransferID: Int64] = [:]
    private var unanswered: Set<TransferID> = []
    private var numbers: [TransferID] = []
    private var conflicts = ConflictList()
    private var unsynced = UnsyncedList()

    package var context: Context { .problems }
    package init() {}

    /// Failed files of one transfer that are listed; more are counted.
    static let filesShown = 200

    /// The worst come first: what stands still as a whole, what waits for a word, what cannot go on, what was changed in two
    /// places, what is to be known, and what is merely left out.
    package func items(_ model: Model) -> [Item] {
        var items: [Item] = []
        if case .lost(let problem) = model.link {
            items.append(Item(matter: .agent, title: "The agent", problem: problem))
        }
        if let problem = model.status?.problem, model.link == .open {
            items.append(
                Item(matter: .connection, title: SafeText(model.status?.server ?? "The server"), problem: problem))
        }
        items += unsynced.items(model)
        for state in model.transfers.all.map(\.state) where state.state != .cancelled {
            items += self.items(of: state)
        }
        items += conflicts.rows.compactMap { Item(conflict: $0, model) }
        return items + unsynced.noteItems(model) + unsynced.leftOutItems(model)
    }

    private func items(of state: TransferState) -> [Item] {
        // Until its files are known, what is known of the whole.
        let problem = state.ownProblem ?? (failures[state.id] == nil ? state.problem : nil)
        let whole = problem.map { Item(matter: .transfer(state.id), title: SafeText(state.title), problem: $0) }
        let files = (failures[state.id] ?? []).map { failure in
            Item(
                matter: .file(state.id, row: failure.row), title: SafeText(failure.path), problem: failure.problem)
        }
        return (whole.map { [$0] } ?? []) + files
    }

    private func chosen(_ model: Model) -> Item? {
        let items = items(model)
        return items.isEmpty ? nil : items[min(cursor, items.count - 1)]
    }

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        let count = items(model).count
        switch action {
        case .up: cursor -= 1
        case .down: cursor += 1
        case .pageUp: cursor -= 5
        case .pageDown: cursor += 5
        case .top: cursor = 0
        case .bottom: cursor = count - 1
        case .open, .retry, .clearDone: return mend(action, model)
        default: return nil
        }
        cursor = max(0, min(cursor, count - 1))
        return []
    }

    private func mend(_ action: Action, _ model: Model) -> [Intent] {
        guard let item = chosen(model) else { return [.tell(Notice("there are no problems"))] }
        switch (item.matter, action) {
        case (.agent, _): return [.tell(Notice("it is being started again by itself"))]
        case (.connection, _): return [.perform(.reread)]
        case (.conflict(let path, let row), let action): return mend(row, at: path, action)
        case (.folder, _), (.watching, _), (.deletions, _), (.unsynced, _):
            return UnsyncedList.mend(item.matter, action)
        case (.transfer(let id), .retry), (.file(let id, _), .retry):
            return [
                .change(.control(.retry, transfers: [id]), Deed("it is tried again", unchanged: "it goes on already"))
            ]
        case (.transfer(let id), .clearDone), (.file(let id, _), .clearDone):
            guard model.transfers.item(id)?.state.state.isOver == true else {
                return [.tell(Notice("it goes on by itself when it can; w, then x cancels it"))]
            }
            return [
                .change(
                    .control(.clear, transfers: [id]),
                    Deed("forgotten", unchanged: "it goes on again, or was forgotten already"))
            ]
        case (.transfer(let id), _), (.file(let id, _), _):
            guard let remote = model.transfers.item(id)?.state.remote else { return [] }
            return [.close, .go(remote.parent ?? remote)]
        }
    }

    private func mend(_ row: Row, at path: RemotePath, _ action: Action) -> [Intent] {
        guard action == .clearDone, let current = row.node.content?.version else {
            return [.open(VersionsPanel(of: row, at: path))]
        }
        let words: SafeText = "\(SafeText(row.node.name)) stays as it is; what was replaced stays a version"
        return [.change(.keepCurrent(path: path, version: current, expected: row.node.id), Deed(words))]
    }

    /// Tags of questions that are not about a transfer.
    private enum Tag { static let conflicts = -1 }

    package mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        guard model.link == .open else { return [] }
        let command = conflicts.settle(model, after: message)
        return (command.map { [.ask($0, tag: Tag.conflicts)] } ?? []) + unsynced.settle(model, after: message)
            + readFailures(model, after: message)
    }

    private mutating func readFailures(_ model: Model, after message: Message) -> [Intent] {
        // What the old link was asked is not answered any more.
        if case .link(.opened) = message { (asked, unanswered) = ([:], []) }
        let failed = model.transfers.all.map(\.state).filter { $0.filesFailed + $0.foldersFailed > 0 }
        for id in Set(failures.keys).subtracting(failed.map(\.id)) {
            failures[id] = nil
            asked[id] = nil
        }
        return failed.compactMap { state in
            let count = state.filesFailed + state.foldersFailed
            guard isToBeRead(state.id, count) else { return nil }
            asked[state.id] = count
            unanswered.insert(state.id)
            numbers.append(state.id)
            return .ask(.failures(transfer: state.id, after: 0, limit: Self.filesShown), tag: numbers.count - 1)
        }
    }

    /// Never read, or more have failed since and there is room for them; one question at a time.
    private func isToBeRead(_ id: TransferID, _ count: Int64) -> Bool {
        guard let before = asked[id] else { return true }
        return before != count && !unanswered.contains(id) && (failures[id]?.count ?? 0) < Self.filesShown
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        if tag == Tag.conflicts { return takeConflicts(answer) }
        if UnsyncedList.tags.contains(tag) { return unsynced.take(answer, tag) }
        guard numbers.indices.contains(tag) else { return [] }
        unanswered.remove(numbers[tag])
        switch answer {
        case .success(.failures(let told)): failures[numbers[tag]] = told
        case .success: break
        case .failure(let problem): return [.tell(Notice(problem))]
        }
        return []
    }

    private mutating func takeConflicts(_ answer: Result<EngineReply, Problem>) -> [Intent] {
        switch answer {
        case .success(.rows(let page)): conflicts.take(page)
        case .success: conflicts.fail()
        case .failure(let problem):
            conflicts.fail()
            return [.tell(Notice(problem))]
        }
        return []
    }

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        cursor = max(0, min(cursor + mouse.wheel.signum(), items(model).count - 1))
        return []
    }
}
