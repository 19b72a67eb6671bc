internal import PannierCore

// What is to be done now, from the state alone.
extension DownloadFlow {
    mutating func decide() {
        if !isScanned && !isListing {
            isListing = true
            actions.append(.list)
        }
        let mayPrepare = pending >= bounds.foundAhead || isScanned && pending > 0
        if !isPreparing && questions.count < bounds.batch && mayPrepare {
            isPreparing = true
            actions.append(.prepare)
        }
        decideOnQuestions()
        decideOnRanges()
        let touched = self.touched
        self.touched = []
        for key in touched { decideOnDigest(key) }
        decideOnFinish()
    }

    private mutating func decideOnQuestions() {
        guard !isAsking, !questions.isEmpty, ranges.count < bounds.plannedRanges else { return }
        guard questions.count >= bounds.batch || !isPreparing else { return }
        isAsking = true
        let batch = Array(questions.prefix(bounds.batch))
        questions.removeFirst(batch.count)
        actions.append(.ask(batch))
    }

    private mutating func decideOnRanges() {
        while lanes < bounds.lanes, let range = ranges.first,
            lanes == 0 || flightBytes + range.range.count <= bounds.flightBytes
        {
            ranges.removeFirst()
            guard let living = living(range) else { continue }
            lanes += 1
            flightBytes += range.range.count
            var concerned: [FileKey: DownloadFile] = [:]
            for key in living.files {
                concerned[key] = files[key]?.file
                flights[key, default: 0] += 1
            }
            latest = living.chunks.first?.targets.first?.file
            changes.append(.became(living.places, .moving))
            actions.append(.fetch(living, concerned))
        }
    }

    /// The range without what nobody waits for any more.
    private func living(_ range: FetchRange) -> FetchRange? {
        var living = range
        living.chunks = range.chunks.compactMap { chunk in
            var chunk = chunk
            chunk.targets = chunk.targets.filter { files[$0.file] != nil }
            return chunk.targets.isEmpty ? nil : chunk
        }
        return living.chunks.isEmpty ? nil : living
    }

    private mutating func decideOnDigest(_ key: FileKey) {
        guard let file = files[key], !file.isDigesting, !file.isWhole, let count = file.chunkCount else { return }
        let isComplete = file.prefix.count == count
        if isComplete, count <= 1 {
            // The digest of its only chunk is the file's own, and nothing's is well known.
            settle(key, .success(count == 0 ? .ofNoBytes : file.only))
        } else if isComplete || file.prefix.bytes - file.digested >= bounds.digestBytes {
            let end = min(file.prefix.bytes, file.digested + bounds.digestBytes)
            files[key]?.isDigesting = true
            files[key]?.digested = end
            actions.append(.digest(file.file, upTo: end, isEnd: isComplete && end == file.prefix.bytes))
        }
    }

    private mutating func decideOnFinish() {
        guard !isFinishing, !whole.isEmpty else { return }
        let isLast = lanes == 0 && ranges.isEmpty && !isAsking && !isPreparing
        guard whole.count >= bounds.finishBatch || finishAge > 1 || isLast else { return }
        isFinishing = true
        finishAge = 0
        let batch = whole.prefix(bounds.finishBatch)
        whole.removeFirst(batch.count)
        let items = batch.compactMap { files[$0] }.map {
            FinishItem(file: $0.file, reused: $0.reused, chunkCount: $0.chunkCount)
        }
        actions.append(.finish(items))
    }
}
