internal import PannierChunks
internal import PannierCore
internal import PannierMirror

// What has happened, and what it means for the files.
extension DownloadFlow {
    mutating func take(_ event: Event) {
        switch event {
        case .listed(let count, let isEnd):
            isListing = false
            isScanned = isEnd
            pending += count
        case .prepared(let taken, let files):
            isPreparing = false
            pending -= taken
            for file in files { add(file) }
        case .answered(let answers): take(answers)
        case .fetched(let range, let problems):
            lanes -= 1
            flightBytes -= range.range.count
            take(range, problems)
        case .digested(let key, let result):
            files[key]?.isDigesting = false
            touched.append(key)
            settle(key, result)
        case .finished(let outcomes):
            isFinishing = false
            for (key, outcome) in outcomes {
                switch outcome {
                case .done:
                    changes.append(.ended(key))
                    close(key)
                case .failed(let problem): giveUp(key, problem)
                case .lost(let problem): beginAgain(key, problem)
                }
            }
        case .failed: recording -= 1
        case .tick: finishAge += 1
        }
    }

    private mutating func add(_ file: DownloadFile) {
        close(file.key)
        files[file.key] = File(file: file)
        changes.append(.began(file.key, file.slot))
        touched.append(file.key)
        if file.item.size > 0 {
            questions.append(Question(file: file, first: 0, offset: 0))
        } else {
            files[file.key]?.chunkCount = 0
        }
    }

    @discardableResult
    private mutating func close(_ key: FileKey) -> File? {
        guard let file = files.removeValue(forKey: key) else { return nil }
        unfinished.done -= file.done
        unfinished.reused -= file.reused
        examined -= file.known.bytes
        return file
    }

    private mutating func beginAgain(_ key: FileKey, _ problem: Problem) {
        guard var file = files[key]?.file, file.losses + 1 < bounds.attempts else { return giveUp(key, problem) }
        file.losses += 1
        file.hasPart = false
        add(file)
    }

    // MARK: Answers

    private mutating func take(_ answers: [Answer]) {
        isAsking = false
        var planner = RangePlanner(longest: bounds.longestRange)
        var again: [Question] = []
        for answer in answers where files[answer.question.file.key] != nil {
            let key = answer.question.file.key
            switch answer.page {
            case nil: again.append(answer.question)
            case .failure(let problem): giveUp(key, problem)
            case .success(let page):
                guard let next = plan(page, answer, &planner) else {
                    giveUp(key, Self.inconsistent)
                    continue
                }
                if next.first < page.chunkCount { again.append(next) }
            }
        }
        questions = again + questions
        ranges += planner.plan()
    }

    static let inconsistent = Problem(
        .manifestMismatch, "What the server says about the file's pieces does not fit together.",
        detail: "Nothing was written. Whoever runs the server should look at its log.", status: 0)

    /// - Returns: the question for the next page; nil when the page makes no sense.
    private mutating func plan(
        _ page: GetContent.Page, _ answer: Answer, _ planner: inout RangePlanner
    ) -> Question? {
        let question = answer.question
        guard var file = files[question.file.key], page.first == question.first, page.chunkCount > 0,
            file.chunkCount ?? page.chunkCount == page.chunkCount, page.content.sha256 == question.file.item.sha256,
            !page.chunks.isEmpty, page.first + page.chunks.count <= page.chunkCount
        else { return nil }
        file.chunkCount = page.chunkCount
        var offset = question.offset
        var found: [ChunkChange] = []
        for (place, chunk) in page.chunks.enumerated() {
            guard Self.isSane(chunk.place), let key = Hexadecimal.bytes(of: chunk.key), key.count == 32 else {
                return nil
            }
            let index = page.first + place
            let target = ChunkTarget(file: question.file.key, index: index, offset: offset)
            let isCopied = answer.copied.contains(index)
            let isPresent = isCopied || answer.present.contains(index)
            found.append(
                .found(
                    ChunkPlace(file: question.file.key, offset: offset, length: chunk.place.length),
                    chunk.place.fingerprint, isCopied ? .there : isPresent ? .sure : .waiting))
            offset += Int64(chunk.place.length)
            file.ends[index] = offset
            if page.chunkCount == 1 { file.only = chunk.place.fingerprint }
            if isPresent {
                // What the part held was fetched for it.
                if isCopied { file.reused += Int64(chunk.place.length) }
                file.write(index)
            } else {
                planner.add(chunk, key: key, target: target)
            }
        }
        file.known = (page.first + page.chunks.count, offset)
        let isEnd = file.known.count == page.chunkCount
        guard isEnd ? offset == question.file.item.size : offset < question.file.item.size else { return nil }
        let before = files.updateValue(file, forKey: question.file.key)
        unfinished.done += file.done - (before?.done ?? 0)
        unfinished.reused += file.reused - (before?.reused ?? 0)
        examined += file.known.bytes - (before?.known.bytes ?? 0)
        changes += found
        if isEnd { changes.append(.read(question.file.key)) }
        touched.append(question.file.key)
        return Question(file: question.file, first: file.known.count, offset: offset)
    }

    /// Numbers that memory may be taken for.
    static func isSane(_ place: PackedChunk) -> Bool {
        (1...ChunkSizes.large.maximum).contains(place.length) && place.offset >= 0
            && (1...ChunkSizes.large.maximum + (64 << 10)).contains(place.sealedLength)
            && place.offset <= Limits.packBytes - place.sealedLength
    }

    // MARK: Bytes

    private mutating func take(_ range: FetchRange, _ problems: [FileKey: Problem]) {
        for (key, problem) in problems { giveUp(key, problem) }
        changes.append(.became(range.places, .sure))
        for target in range.chunks.flatMap(\.targets) {
            unfinished.done += files[target.file]?.write(target.index) ?? 0
            touched.append(target.file)
        }
        for key in range.files {
            flights[key, default: 1] -= 1
            guard flights[key] == 0 else { continue }
            flights[key] = nil
            if let (file, problem) = toFail.removeValue(forKey: key) { actions.append(.fail(file, problem)) }
        }
    }

    /// The digest of a file is known, as far as it was wanted.
    mutating func settle(_ key: FileKey, _ result: Result<Fingerprint?, Problem>) {
        guard let file = files[key] else { return }
        switch result {
        case .failure(let problem): giveUp(key, problem)
        case .success(nil): break
        case .success(let digest?):
            guard digest == file.file.item.sha256 else {
                giveUp(key, Self.wrongDigest)
                return
            }
            files[key]?.isWhole = true
            whole.append(key)
        }
    }

    private static let wrongDigest = Problem(
        .packDamaged, "The pieces are right, but the whole is not what was uploaded.",
        detail: "The file was not written. Whoever has it should upload it again.", status: 0)

    mutating func giveUp(_ key: FileKey, _ problem: Problem) {
        guard let file = close(key) else { return }
        whole.removeAll { $0 == key }
        questions.removeAll { $0.file.key == key }
        recording += 1
        changes.append(.failed(key))
        // Its part is removed, so nobody may be writing to it any more.
        if flights[key] == nil {
            actions.append(.fail(file.file, problem))
        } else {
            toFail[key] = (file.file, problem)
        }
    }
}

extension DownloadFlow.File {
    /// Entry `index` is in the part.
    /// - Returns: what this adds to the bytes done.
    @discardableResult
    mutating func write(_ index: Int) -> Int64 {
        // Entries are known in order: the one before it is in the prefix or has its end here.
        let start = index == prefix.count ? prefix.bytes : ends[index - 1] ?? written[index - 1]
        guard let end = ends.removeValue(forKey: index), let start else { return 0 }
        written[index] = end
        while let end = written.removeValue(forKey: prefix.count) { prefix = (prefix.count + 1, end) }
        done += end - start
        return end - start
    }
}

extension Fingerprint {
    /// The SHA-256 of no bytes.
    static let ofNoBytes = SHA256Digest.of([])
}
