internal import PannierChunks
internal import PannierCore

// What is to be done now, from the state alone.
extension UploadFlow {
    mutating func decide() {
        if !isScanned && !isScanning {
            isScanning = true
            actions.append(.scan)
        }
        // Full requests only, until all is found.
        if !isOpening && unread.files < bounds.unread && (pending >= bounds.batch || isScanned && pending > 0) {
            isOpening = true
            actions.append(.open)
        }
        if !isReading && unread.files > 0 && held.count < bounds.windows && isWindowFull {
            isReading = true
            readAge = 0
            actions.append(.read)
        }
        decideOnWindows()
        decideOnPacks()
        decideOnCommits()
    }

    /// Whether what is opened fills a window, or nothing more comes to fill it.
    private var isWindowFull: Bool {
        unread.bytes >= bounds.windowBytes || unread.files >= bounds.unread || readAge > bounds.patience
            || isScanned && pending == 0 && !isOpening
    }

    private mutating func decideOnWindows() {
        while declaring == nil, let window = windowsRead.first {
            windowsRead.removeFirst()
            declaring = window
            let (keys, pages) = self.pages(of: window)
            // Its files may all have failed since it was read.
            if keys.isEmpty { take([DeclaredFile]()) } else { actions.append(.declare(keys, pages)) }
        }
        guard !isSealing, packs.count < bounds.packs, packBytes < bounds.packBytes else { return }
        if !toSeal.isEmpty {
            isSealing = true
            actions.append(.seal(toSeal.map(\.piece)))
        } else if chunksInWriter > 0 && (isUpstreamIdle || sealAge > bounds.patience) {
            isSealing = true
            actions.append(.flush)
        }
    }

    /// Pieces of a file are neighbours in their window.
    private func pages(of window: Window) -> ([FileKey], [DeclareChunks.Page]) {
        var keys: [FileKey] = []
        var pages: [DeclareChunks.Page] = []
        for piece in window.pieces {
            guard let file = files[piece.file] else { continue }
            if keys.last == piece.file {
                pages[pages.count - 1].chunks.append(piece.reference)
            } else {
                keys.append(piece.file)
                pages.append(.init(upload: file.opened.upload, first: piece.index, chunks: [piece.reference]))
            }
        }
        return (keys, pages)
    }

    private mutating func decideOnPacks() {
        // With two lanes at work, a pack waits for another to share its request.
        let isWorthIt = packsToOpen.count > 1 || sending < 2 || isUpstreamIdle
        if !isOpeningPacks && !packsToOpen.isEmpty && isWorthIt {
            isOpeningPacks = true
            let numbers = packsToOpen.prefix(bounds.packsAtOnce)
            packsToOpen.removeFirst(numbers.count)
            actions.append(.openPacks(numbers.compactMap(numbered)))
        }
        while sending < bounds.lanes, let (number, opened) = packsToSend.first {
            packsToSend.removeFirst()
            guard let pack = numbered(number) else { continue }
            sending += 1
            changes.append(.became(pack.places, .moving))
            actions.append(.send(pack, opened))
        }
    }

    private func numbered(_ number: PackNumber) -> NumberedPack? {
        packs[number].map { pack in
            let places = pack.chunks.flatMap { awaited[$0.fingerprint]?.places ?? [] }
            return NumberedPack(number: number, pack: pack, places: places)
        }
    }

    private mutating func decideOnCommits() {
        guard !isCommitting, !ready.isEmpty else { return }
        guard ready.count >= bounds.commits || commitAge > bounds.patience || isUpstreamIdle && isDownstreamIdle else {
            return
        }
        isCommitting = true
        commitAge = 0
        let items = Array(ready.prefix(bounds.commits))
        ready.removeFirst(items.count)
        actions.append(.commit(items))
    }
}
