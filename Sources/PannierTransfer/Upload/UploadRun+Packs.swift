internal import PannierChunks
internal import PannierCore
internal import PannierMirror

// Declaring chunks, and sending packs.
extension UploadRun {
    /// Asks the service which of these it does not have.
    func declare(
        _ files: [FileKey], _ pages: [DeclareChunks.Page]
    ) async throws(Problem) -> [UploadFlow.DeclaredFile] {
        let answers = try await batches.send(pages) { pages, key throws(Problem) in
            try await service.declareChunks(DeclareChunks.Request(pages: pages), key: key).items
        }
        return zip(files, answers).map { file, answer in
            switch answer {
            case .done(let answer): .init(file: file, missing: .success(Set(answer.missing)))
            case .problem(let problem): .init(file: file, missing: .failure(problem))
            }
        }
    }

    func openPacks(
        _ packs: [UploadFlow.NumberedPack]
    ) async throws(Problem) -> [PackNumber: Result<OpenPacks.Opened, Problem>] {
        let answers = try await open(packs.map(\.pack))
        var begun: [UnsettledPack] = []
        var results: [PackNumber: Result<OpenPacks.Opened, Problem>] = [:]
        for (pack, answer) in zip(packs, answers) {
            switch answer {
            case .done(let opened):
                begun.append(UnsettledPack(pack: opened.pack, chunks: pack.pack.chunks))
                results[pack.number] = .success(opened)
            case .problem(let problem):
                if problem.stopsTransfer(ofSync: transfer.isSync) { throw problem }
                results[pack.number] = .failure(problem)
            }
        }
        try await store.packsBegin(transfer.number, begun)
        return results
    }

    /// From now on its bytes count as they cross the network.
    func begin(_ numbered: UploadFlow.NumberedPack) -> Passage {
        let pack = numbered.pack
        let passage = Passage(plainBytes: pack.chunks.plainBytes, wireBytes: pack.bytes.count)
        progress.begin(passage)
        return passage
    }

    /// Sends a pack until the service has acknowledged it.
    /// - Returns: why it was given up, nil for success. What concerns every pack is thrown instead.
    func send(
        _ numbered: UploadFlow.NumberedPack, _ opened: OpenPacks.Opened, _ passage: Passage
    ) async throws(Problem) -> Problem? {
        let pack = numbered.pack
        var sender = PackSending(opened: opened, pause: settings.lossMilliseconds)
        do throws(Problem) {
            while true {
                switch sender.next() {
                case .put:
                    progress.note([.became(numbered.places, .moving)])
                    sender.put(try await put(pack, sender.opened, passage))
                    Failpoint.packSent.pass()
                    progress.note([.became(numbered.places, .unsure)])
                case .describe: sender.described(try await describe(sender.opened.pack, pack.chunks))
                case .pause(let delay):
                    try await progress.pausing(delay, for: PackSending.late)
                    sender.paused()
                case .newURL: sender.opened = try await reopen(pack, as: sender.opened.pack)
                case .newPack:
                    try await store.packEnded(sender.opened.pack)
                    sender.opened = try await reopen(pack, as: nil)
                    try await store.packsBegin(
                        transfer.number, [UnsettledPack(pack: sender.opened.pack, chunks: pack.chunks)])
                case .done:
                    Failpoint.packAcknowledged.pass()
                    try await store.packEnded(sender.opened.pack, acknowledged: pack.chunks.plainBytes)
                    return nil
                case .giveUp(let problem):
                    try await store.packEnded(sender.opened.pack)
                    return problem
                }
            }
        } catch {
            if error.stopsTransfer(ofSync: transfer.isSync) { throw error }
            return error
        }
    }

    private func put(
        _ pack: FinishedPack, _ opened: OpenPacks.Opened, _ passage: Passage
    ) async throws(Problem) -> StoreClient.PutAnswer {
        try await progress.asking(settings, passage, isTaken: { $0 != .expired }) { () throws(Problem) in
            try await objects.put(opened.put, pack.bytes, meter: progress.meter, position: passage.position)
        }
    }

    /// Says what lies in a pack. The service looks at the object itself.
    private func describe(_ pack: PackID, _ chunks: [PackedChunk]) async throws(Problem) -> PackSending.Description {
        let key = IdempotencyKey()
        do throws(Problem) {
            _ = try await progress.retrying(settings.patience) { _ throws(Problem) in
                try await service.describePack(pack, DescribePack.Request(chunks: chunks), key: key)
            }
            return .acknowledged
        } catch {
            switch error.code {
            case .packMissing: return .missing
            case .packDamaged, .notFound: return .damaged(error)
            default: throw error
            }
        }
    }

    private func reopen(_ pack: FinishedPack, as id: PackID?) async throws(Problem) -> OpenPacks.Opened {
        try await open([pack], as: id)[0].get()
    }

    private func open(
        _ packs: [FinishedPack], as id: PackID? = nil
    ) async throws(Problem) -> [ItemResult<OpenPacks.Opened>] {
        let items = packs.map { pack in
            OpenPacks.Item(
                pack: id, key: Hexadecimal.text(of: pack.key.bytes), length: pack.bytes.count, sha256: pack.sha256)
        }
        return try await batches.send(items) { items, key throws(Problem) in
            try await service.openPacks(OpenPacks.Request(namespace: target.namespace, packs: items), key: key).items
        }
    }

    /// After a crash: asks the service to look at the packs that were on their way. What arrived counts.
    func settlePacks() async throws(Problem) {
        for pack in try await store.unsettledPacks(transfer.number) {
            var arrived: Int64 = 0
            do throws(Problem) {
                if try await describe(pack.pack, pack.chunks).isAcknowledged { arrived = pack.chunks.plainBytes }
            } catch  where error.stopsTransfer {
                throw error
            } catch {
                // Its chunks are still missing then, and are sent in another pack.
            }
            try await store.packEnded(pack.pack, acknowledged: arrived)
            progress.carry(arrived)
        }
    }
}

extension PackSending.Description {
    fileprivate var isAcknowledged: Bool { if case .acknowledged = self { true } else { false } }
}

extension [PackedChunk] {
    fileprivate var plainBytes: Int64 { reduce(0) { $0 + Int64($1.length) } }
}
