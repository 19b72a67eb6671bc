internal import PannierCore
internal import PannierMirror

extension UploadRun {
    /// Commits files, one request for all.
    /// - Returns: each file with its problem, nil for those that are committed; and what those add to the counters.
    func commit(
        _ items: [UploadFlow.CommitItem]
    ) async throws(Problem) -> (problems: [FileKey: Problem?], growth: TransferCounts) {
        if transfer.isSync { try await reader.makeDurable() }
        let unwanted = try await store.ready(items.map(\.ready))
        let epoch = try await store.epoch()
        Failpoint.commitReady.pass()
        defer { Failpoint.commitRecorded.pass() }
        var problems: [FileKey: Problem?] = [:]
        for item in items where unwanted.contains(item.ready.row) { problems[item.file] = .unwanted }
        let items = items.filter { !unwanted.contains($0.ready.row) }
        let answers = try await commit(items.map(\.ready), epoch)
        Failpoint.commitAnswered.pass()
        var done: [(item: UploadFlow.CommitItem, node: Node)] = []
        for (item, answer) in zip(items, answers) {
            switch answer {
            case .done(let committed):
                problems[item.file] = .some(nil)
                done.append((item, committed.node))
            case .problem(let problem):
                if problem.stopsTransfer(ofSync: transfer.isSync) { throw problem }
                problems[item.file] = problem
            }
        }
        let reused = progress.settle(reused: done.reduce(0) { $0 + $1.item.reused })
        let there = Set(done.lazy.filter { self.progress.isThere($0.item.file) }.map(\.item.ready.row))
        let committed = done.map { (ready: $0.item.ready, node: $0.node) }
        return (
            problems,
            try await store.committed(transfer.number, committed, reused: reused, there: there, epoch: epoch)
        )
    }

    /// - Parameter epoch: that is known.
    private func commit(_ items: [ReadyItem], _ epoch: Int64?) async throws(Problem) -> [ItemResult<
        CommitUploads.Committed
    >] {
        let items = items.map { item in
            CommitUploads.Item(
                upload: item.upload, size: item.size, chunkCount: item.chunkCount, sha256: item.sha256,
                modified: item.modified)
        }
        return try await batches.send(items) { items, key throws(Problem) in
            try await service.asOf(epoch).commitUploads(CommitUploads.Request(items: items), key: key).items
        }
    }

    /// After a crash: sends the commits again whose answers are not known. What the service will not take is begun anew.
    func commitReady() async throws(Problem) {
        var last: Int64 = 0
        while true {
            let items = try await store.readyItems(transfer.number, after: last, limit: Limits.batchItems)
            guard let end = items.last else { return }
            last = end.row
            let epoch = try await store.epoch()
            var done: [(ready: ReadyItem, node: Node)] = []
            for (item, answer) in zip(items, try await commit(items, epoch)) {
                switch answer {
                case .done(let committed): done.append((item, committed.node))
                case .problem(let problem):
                    if problem.stopsTransfer(ofSync: transfer.isSync) { throw problem }
                    try await store.startOver(row: item.row)
                }
            }
            progress.grow(by: try await store.committed(transfer.number, done, reused: 0, epoch: epoch))
        }
    }
}

extension Problem {
    /// Nothing is to be sent, as the next plan sees.
    fileprivate static let unwanted = Problem(
        .localFileChanged, "It was changed back to what is on the server, or is ignored now.", status: 0)
}
