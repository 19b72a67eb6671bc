internal import PannierChunks
internal import PannierCore
internal import PannierMirror

// What has happened, and what it means for the files.
extension UploadFlow {
    mutating func take(_ event: Event) {
        switch event {
        case .scanned(let count, let isEnd):
            isScanning = false
            isScanned = isEnd
            pending += count
        case .opened(let taken, let files):
            isOpening = false
            pending -= taken
            for file in files { add(file) }
        case .read(let window): take(window)
        case .declared(let answers): take(answers)
        case .sealed(let step): take(step)
        case .packsOpened(let answers): take(answers)
        case .sent(let number, let problem):
            sending -= 1
            if let problem { fail(number, problem) } else { acknowledge(number) }
        case .committed(let problems):
            isCommitting = false
            for (file, problem) in problems { take(commitProblem: problem, of: file) }
        case .startedOver(let file):
            settling -= 1
            if let file { add(file) }
        case .failed: recording -= 1
        case .tick:
            readAge += 1
            sealAge += 1
            commitAge += 1
        }
    }

    private mutating func add(_ file: OpenedFile) {
        files[file.key] = File(opened: file)
        changes.append(.began(file.key, file.slot))
        let backlog = Backlog(files: 1, bytes: file.size)
        filesOpened = filesOpened + backlog
        unread = unread + backlog
    }

    // MARK: Reading

    private mutating func take(_ window: ReadWindow) {
        isReading = false
        // Files that were opened while the reader was at work are not in its count.
        unread = window.unread + filesOpened - window.added
        for piece in window.pieces {
            files[piece.file]?.undeclared += 1
            files[piece.file]?.note = piece.choice.reason
            latest = piece.file
        }
        for end in window.ends {
            switch end.outcome {
            case .whole: files[end.file]?.end = end.outcome
            // What the synced folder holds is looked at again when it has settled.
            case .changed: giveUp(end.file, Self.changed, mayStartOver: files[end.file]?.opened.local == nil)
            case .failed(let problem): giveUp(end.file, problem, mayStartOver: false)
            }
        }
        let living = window.pieces.filter { files[$0.file] != nil }
        if !living.isEmpty {
            windowCount += 1
            held[windowCount] = living.count
            windowsRead.append(Window(number: windowCount, pieces: living))
        }
        for end in window.ends { check(end.file) }
    }

    private static let changed = Problem(
        .localFileChanged, "The file changed again and again while it was read.",
        detail: "No torn copy was stored. Try again when nothing writes to it.")

    // MARK: Declaring

    mutating func take(_ answers: [DeclaredFile]) {
        guard let window = declaring else { return }
        declaring = nil
        var missing: [FileKey: Set<Fingerprint>] = [:]
        for answer in answers {
            switch answer.missing {
            case .success(let fingerprints): missing[answer.file] = fingerprints
            case .failure(let problem):
                // The upload has expired, or was cancelled elsewhere.
                giveUp(answer.file, problem, mayStartOver: problem.code == .notFound)
            }
        }
        for piece in window.pieces {
            let isHeld = place(piece, window.number, missing[piece.file] ?? [])
            if !isHeld { release(window.number) }
        }
        acknowledgedMeanwhile = []
        for file in Set(window.pieces.map(\.file)) {
            if files[file]?.undeclared == 0, files[file]?.end != nil { changes.append(.read(file)) }
            check(file)
        }
    }

    /// - Returns: whether the piece's bytes are still needed.
    private mutating func place(_ piece: Piece, _ window: Int, _ missing: Set<Fingerprint>) -> Bool {
        guard var file = files[piece.file] else { return false }
        file.undeclared -= 1
        file.examined += Int64(piece.bytes.count)
        examined += Int64(piece.bytes.count)
        defer { files[piece.file] = file }
        if awaited[piece.fingerprint] != nil {
            changes.append(.found(piece.place, piece.fingerprint, .waiting))
            awaited[piece.fingerprint]?.places.append(piece.place)
            file.unacknowledged += 1
            return false
        }
        if missing.contains(piece.fingerprint) && !acknowledgedMeanwhile.contains(piece.fingerprint) {
            changes.append(.found(piece.place, piece.fingerprint, .waiting))
            awaited[piece.fingerprint] = Awaited(length: Int64(piece.bytes.count), places: [piece.place])
            file.unacknowledged += 1
            toSeal.append((window, piece))
            return true
        }
        changes.append(.found(piece.place, piece.fingerprint, .there))
        file.done += Int64(piece.bytes.count)
        file.reused += Int64(piece.bytes.count)
        unfinished.done += Int64(piece.bytes.count)
        unfinished.reused += Int64(piece.bytes.count)
        return false
    }

    private mutating func release(_ window: Int) {
        guard let count = held[window] else { return }
        held[window] = count > 1 ? count - 1 : nil
    }

    // MARK: Packs

    private mutating func take(_ step: PackSealer.Step) {
        isSealing = false
        chunksInWriter = step.open
        sealAge = 0
        var consumed = step.consumed
        if let problem = step.failure, toSeal.count > consumed {
            lose(toSeal[consumed].piece.fingerprint, problem)
            consumed += 1
        }
        if let lost = step.lost {
            // Nothing is known against the files themselves.
            for fingerprint in lost.chunks { lose(fingerprint, lost.problem, mayStartOver: true) }
        }
        for entry in toSeal.prefix(consumed) { release(entry.window) }
        toSeal.removeFirst(min(consumed, toSeal.count))
        guard let pack = step.pack else { return }
        packCount += 1
        packs[packCount] = pack
        packBytes += pack.bytes.count
        packsToOpen.append(packCount)
    }

    private mutating func take(_ answers: [PackNumber: Result<OpenPacks.Opened, Problem>]) {
        isOpeningPacks = false
        for (number, answer) in answers.sorted(by: { $0.key < $1.key }) {
            switch answer {
            case .success(let opened): packsToSend.append((number, opened))
            case .failure(let problem): fail(number, problem)
            }
        }
    }

    private mutating func takeOut(_ number: PackNumber) -> FinishedPack? {
        guard let pack = packs.removeValue(forKey: number) else { return nil }
        packBytes -= pack.bytes.count
        return pack
    }

    private mutating func acknowledge(_ number: PackNumber) {
        guard let pack = takeOut(number) else { return }
        for chunk in pack.chunks {
            if declaring != nil { acknowledgedMeanwhile.insert(chunk.fingerprint) }
            guard let waiting = awaited.removeValue(forKey: chunk.fingerprint) else { continue }
            for (number, place) in waiting.places.enumerated() {
                // Sent once, though it stands in several places.
                acknowledge(waiting.length, of: place.file, isReused: number > 0)
                changes.append(.became([place], number > 0 ? .there : .sure))
            }
            for file in Set(waiting.places.map(\.file)) { check(file) }
        }
    }

    private mutating func acknowledge(_ length: Int64, of key: FileKey, isReused: Bool) {
        guard files[key] != nil else { return }
        latest = key
        files[key]?.unacknowledged -= 1
        files[key]?.done += length
        unfinished.done += length
        guard isReused else { return }
        files[key]?.reused += length
        unfinished.reused += length
    }

    private mutating func fail(_ number: PackNumber, _ problem: Problem) {
        guard let pack = takeOut(number) else { return }
        for chunk in pack.chunks { lose(chunk.fingerprint, problem) }
    }

    /// A chunk will not arrive.
    private mutating func lose(_ fingerprint: Fingerprint, _ problem: Problem, mayStartOver: Bool = false) {
        guard let waiting = awaited.removeValue(forKey: fingerprint) else { return }
        for file in waiting.places.map(\.file) { giveUp(file, problem, mayStartOver: mayStartOver) }
    }

    // MARK: Files

    /// Makes a file ready when nothing is missing any more.
    private mutating func check(_ key: FileKey) {
        guard let file = files[key], file.undeclared == 0, file.unacknowledged == 0,
            case .whole(let size, let count, let sha256, let modified, let changed, let note) = file.end
        else { return }
        changes.append(.read(key))
        files[key]?.end = nil
        let item = ReadyItem(
            row: file.opened.row, upload: file.opened.upload, size: size, chunkCount: count, sha256: sha256,
            modified: modified, changed: changed, note: note)
        ready.append(CommitItem(file: key, ready: item, reused: file.reused))
    }

    /// - Parameter problem: nil when it was committed.
    mutating func take(commitProblem problem: Problem?, of key: FileKey) {
        guard let problem else {
            changes.append(.ended(key))
            close(key)
            return
        }
        // The service lost a chunk, or the upload: all of it is looked at again.
        let mayStartOver = [.chunksMissing, .manifestMismatch, .notFound, .packDamaged].contains(problem.code)
        giveUp(key, problem, mayStartOver: mayStartOver)
    }

    @discardableResult
    private mutating func close(_ key: FileKey) -> File? {
        guard let file = files.removeValue(forKey: key) else { return nil }
        unfinished.done -= file.done
        unfinished.reused -= file.reused
        examined -= file.examined
        return file
    }

    private mutating func giveUp(_ key: FileKey, _ problem: Problem, mayStartOver: Bool) {
        guard let file = close(key) else { return }
        if mayStartOver && file.opened.attempts + 1 < bounds.attempts {
            settling += 1
            changes.append(.dropped(key))
            actions.append(.startOver(file.opened))
        } else {
            recording += 1
            changes.append(.failed(key))
            actions.append(.fail(file.opened, problem))
        }
    }
}
