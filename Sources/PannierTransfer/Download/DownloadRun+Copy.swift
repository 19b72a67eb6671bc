internal import PannierCore
internal import PannierMirror

// Downloads that are the first step of a copy. A copy is whole or is not begun at its target, so the first thing that
// cannot be fetched ends it; and so does a source that may not be read any more, even if its bytes could still be had.
extension DownloadRun {
    /// - Parameter action: that has just been carried out.
    func checkCopy(after action: DownloadFlow.Action) async throws(Problem) {
        guard transfer.copy != nil else { return }
        if case .finish(let files) = action { try await checkSources(of: files.map(\.file.item.path)) }
        try await checkFailures()
    }

    /// To be called in the end.
    func checkWholeCopy() async throws(Problem) {
        guard transfer.copy != nil else { return }
        try await checkFailures()
        try await progress.retrying(settings.patience) { _ throws(Problem) in try await tree.refresh() }
        try await checkAllSources()
    }

    /// What a copy takes on this disk beyond what it has: nothing of it goes before all of it is here.
    func roomForCopy() -> Int64 {
        guard transfer.copy != nil else { return 0 }
        let counts = progress.snapshot().counts
        return max(0, counts.bytesTotal - counts.bytesDone)
    }

    private func checkFailures() async throws(Problem) {
        let counts = progress.snapshot().counts
        guard let copy = transfer.copy, counts.filesFailed + counts.foldersFailed > 0 else { return }
        // A source that has gone says it better.
        try await checkAllSources()
        let why = try await store.failures(of: transfer, after: 0, limit: 1).first?.problem
        throw .notFetched(copy.from, because: why)
    }

    private func checkAllSources() async throws(Problem) {
        var seen = 0
        while true {
            let tops = try await store.downloadTops(transfer, from: seen, limit: Limits.batchItems)
            try await check(tops)
            seen += tops.count
            if tops.count < Limits.batchItems { return }
        }
    }

    private func checkSources(of paths: [[UInt8]]) async throws(Problem) {
        try await check(Array(try await store.downloadTops(transfer, of: paths).values))
    }

    private func check(_ tops: [DownloadTop]) async throws(Problem) {
        for top in tops {
            guard try await tree.nodes(top.node.id, [[]]).first ?? nil == nil else { continue }
            throw .goneWhileCopied(top.remote)
        }
    }
}

extension Problem {
    fileprivate static func goneWhileCopied(_ source: RemotePath) -> Problem {
        Problem(
            .notFound, "“\(source)” is not there any more: it was moved, put into the trash, or unshared.",
            detail: "Nothing was sent, and nothing of it was left on this disk.", status: 0)
    }

    /// - Parameter problem: of the first thing that could not be fetched.
    fileprivate static func notFetched(_ source: RemotePath, because problem: Problem?) -> Problem {
        Problem(
            problem?.code ?? .partlyFailed, problem?.title ?? "Some of “\(source)” could not be fetched.",
            detail: "So nothing was sent, and nothing of it was left on this disk. `pannier retry` begins anew.",
            status: 0)
    }
}
