internal import Logging
package import PannierCore
package import PannierMirror

// Copies between two people's trees: fetched into a folder of their own, then sent from there.
//
// What must hold, in this order:
// 1. A copy's folder is durable before anything in it is said to be done.
// 2. A copy becomes an upload when all of it is durable, in one transaction; from then on only that is sent.
// 3. Its folder goes when the mirror says that nothing in it is needed any more: all of it sent, or the copy cancelled,
//    cleared, or not to be fetched as a whole. What a process that died left of that is swept by the next one.
extension TransferManager {
    /// Copies files and folders of one tree into a folder of another one. Begun again with the same id, it is the same copy.
    /// - Parameters:
    ///   - tops: each with the name that it will have as its prefix; not empty, no name twice.
    ///   - target: without a name.
    package func copy(_ tops: [DownloadTop], to target: UploadTarget, id: TransferID) async throws(Problem) {
        let folder = copies.folder(of: id)
        _ = try await begin(try await store.addCopy(id, tops, to: target, through: folder))
    }

    nonisolated func makeFolder(of transfer: StoredTransfer) async throws(Problem) {
        let copies = copies
        try await BlockingThread.run { () throws(Problem) in try copies.make(for: transfer.id) }
    }

    /// Removes what a copy has on this disk; of other transfers nothing.
    nonisolated func removeFolder(of transfer: StoredTransfer) async throws(Problem) {
        guard transfer.copy != nil else { return }
        let copies = copies
        try await BlockingThread.run { () throws(Problem) in try copies.remove(transfer.id) }
    }

    /// The same, of a copy that has ended.
    func removeFolderIfItCan(of transfer: StoredTransfer) async {
        do throws(Problem) {
            try await removeFolder(of: transfer)
        } catch {
            warn(
                "what a copy fetched cannot be removed: it takes room on this disk until the next start removes it",
                transfer, error)
        }
    }

    /// The same, of a copy of which all has been sent, before it is said to be done.
    func removeFolder(ofSent transfer: StoredTransfer) async {
        guard let counts = running[transfer.id]?.progress.snapshot().counts else { return }
        if counts.filesFailed + counts.foldersFailed == 0 { await removeFolderIfItCan(of: transfer) }
    }

    /// Removes what an earlier process left of copies that have ended.
    func sweepCopies() async throws(Problem) {
        let kept = try await store.copiesUnderWay()
        let copies = copies
        do throws(Problem) {
            try await BlockingThread.run { () throws(Problem) in try copies.sweep(keeping: kept) }
        } catch {
            // Transfers are not held up by what a disk will not let go.
            log.warning(
                "what earlier copies fetched cannot be removed: it takes room on this disk until a later start removes it",
                metadata: ["folder": "\(copies.root)", "problem": "\(error)"])
        }
    }

    /// Whether the names are still free to which a copy goes, now that it is here: fetching it may have taken hours.
    /// - Throws: ``Problem`` `nameTaken`.
    nonisolated func checkPlace(
        of transfer: StoredTransfer, _ target: UploadTarget, _ progress: RunProgress
    ) async throws(Problem) {
        guard let copy = transfer.copy, !copy.isPlaced else { return }
        try await progress.retrying(settings.patience) { _ throws(Problem) in try await tree.refresh() }
        var seen = 0
        while true {
            let sources = try await store.uploadSources(transfer, from: seen, limit: Limits.batchItems)
            var names: [[NodeName]] = []
            for source in sources { names.append(try target.names(source.prefix)) }
            let found = try UploadRun.complete(try await tree.nodes(target.folder, names), names.count)
            if let taken = found.compactMap({ $0 }).first { throw .takenMeanwhile(taken.name) }
            seen += sources.count
            if sources.count < Limits.batchItems { break }
        }
        try await store.placed(transfer.number)
    }
}

extension Problem {
    fileprivate static func takenMeanwhile(_ name: NodeName) -> Problem {
        Problem(
            .nameTaken, "There is a “\(name)” by now where the copy should go.",
            detail: "Nothing was sent or replaced. Rename that one, then `pannier retry`: the copy is fetched already.",
            status: 0)
    }
}
