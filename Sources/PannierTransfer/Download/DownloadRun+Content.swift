internal import PannierCore
internal import PannierMirror

// Asking where chunks lie, and fetching them.
extension DownloadRun {
    func ask(_ questions: [DownloadFlow.Question]) async throws(Problem) -> [DownloadFlow.Answer] {
        let items = questions.map { Self.item($0.file, first: $0.first) }
        let pages = try await content(items)
        var answers: [DownloadFlow.Answer] = []
        for (place, question) in questions.enumerated() {
            guard place < pages.count else {
                answers.append(.init(question: question, page: nil))
                continue
            }
            switch pages[place] {
            case .problem(let problem):
                if problem.stopsTransfer { throw problem }
                answers.append(.init(question: question, page: .failure(problem)))
            case .done(let page) where page.first == question.first:
                let present = await digester.present(page, offset: question.offset, in: question.file)
                let copied =
                    await older?.copy(page, offset: question.offset, into: question.file, except: present) ?? []
                answers.append(.init(question: question, page: .success(page), present: present, copied: copied))
            case .done: answers.append(.init(question: question, page: .failure(DownloadFlow.inconsistent)))
            }
        }
        return answers
    }

    private func content(_ items: [GetContent.Item]) async throws(Problem) -> [ItemResult<GetContent.Page>] {
        try await content(items, faults: RetryPolicy.wholeFaults)
    }

    /// Where the service cannot bear the question, the first half of it; the rest is asked for again by whoever asked.
    private func content(
        _ items: [GetContent.Item], faults: Int
    ) async throws(Problem) -> [ItemResult<GetContent.Page>] {
        let answer = try await batches.attempt(faults) { () throws(Problem) in
            try await service.content(GetContent.Request(items: items))
        }
        let response: GetContent.Response
        switch answer {
        case .success(let answered): response = answered
        case .failure(let problem) where items.count == 1: return [.problem(try batches.blame(problem))]
        case .failure: return try await content(Array(items[..<(items.count / 2)]), faults: RetryPolicy.partFaults)
        }
        guard !response.items.isEmpty, response.items.count <= items.count else {
            throw Problem(
                .internalError, "The server answered \(response.items.count) of \(items.count) items.",
                detail: "The client and the server do not fit: update both.", status: 0)
        }
        urls.learn(response.packs)
        return response.items
    }

    private static func item(_ file: DownloadFile, first: Int) -> GetContent.Item {
        GetContent.Item(file: file.item.node, version: file.item.version, first: first)
    }

    /// Fetches one range and writes what is in it.
    /// - Returns: files that cannot be completed. What concerns all files is thrown instead.
    func fetch(
        _ range: FetchRange, _ files: [FileKey: DownloadFile], _ passage: Passage
    ) async throws(Problem) -> [FileKey: Problem] {
        var damages = 0
        while true {
            let bytes: [UInt8]
            progress.note([.became(range.places, .moving)])
            do throws(Problem) {
                bytes = try await load(range, files, passage)
            } catch {
                if error.stopsTransfer { throw error }
                return files.mapValues { _ in error }
            }
            progress.note([.became(range.places, .unsure)])
            var outcome = try await nextWriter().write(range, bytes, files)
            guard !outcome.damaged.isEmpty else { return outcome.problems }
            // Once more: the damage may have come on the way.
            damages += 1
            guard damages > 1 else { continue }
            for chunk in outcome.damaged {
                let problem = try await damage(range.pack, chunk, files)
                for target in chunk.targets { outcome.problems[target.file] = problem }
            }
            return outcome.problems
        }
    }

    private func load(
        _ range: FetchRange, _ files: [FileKey: DownloadFile], _ passage: Passage
    ) async throws(Problem) -> [UInt8] {
        var deadURLs = 0
        while deadURLs < settings.storeAttempts {
            let url = urls[range.pack]
            if let url {
                switch try await get(url, range.range, passage) {
                case .bytes(let bytes): return bytes
                case .missing: throw try await damage(range.pack, range.chunks.first, files)
                case .expired: break
                }
            }
            deadURLs += 1
            try await renew(url, range, files)
        }
        throw Self.refused
    }

    private func get(
        _ url: SignedRequest, _ range: Range<Int>, _ passage: Passage
    ) async throws(Problem) -> StoreClient.GetAnswer {
        try await progress.asking(settings, passage, isTaken: \.isBytes) { () throws(Problem) in
            try await objects.get(url, range, meter: progress.meter, position: passage.position)
        }
    }

    /// Asks for new URLs, unless another lane did so meanwhile.
    /// - Parameter old: the one that has died; nil when it was forgotten.
    private func renew(
        _ old: SignedRequest?, _ range: FetchRange, _ files: [FileKey: DownloadFile]
    ) async throws(Problem) {
        guard urls[range.pack] == old else { return }
        guard let target = range.chunks.first?.targets.first, let file = files[target.file] else { return }
        _ = try await content([Self.item(file, first: target.index)])[0].get()
    }

    /// Lets the service look at the pack itself: what is damaged must no longer count as being there, or uploading the
    /// file again would upload nothing.
    private func damage(
        _ pack: PackID, _ chunk: WantedChunk?, _ files: [FileKey: DownloadFile]
    ) async throws(Problem) -> Problem {
        guard let target = chunk?.targets.first, let item = files[target.file]?.item, let version = item.version else {
            return Self.damaged
        }
        let request = CheckPack.Request(file: item.node, version: version, entry: target.index)
        do throws(Problem) {
            let found = try await progress.retrying(settings.patience) { _ throws(Problem) in
                try await service.checkPack(pack, request)
            }
            return found.isDamaged ? Self.damaged : Self.spoilt
        } catch {
            if error.stopsTransfer { throw error }
            return error
        }
    }

    private static let damaged = Problem(
        .packDamaged, "What the server has stored for it is damaged.",
        detail: "Nothing wrong was written. If you or somebody else still has the file, upload it again.", status: 0)
    private static let spoilt = Problem(
        .packDamaged, "What arrives of it is not what the server has stored.",
        detail: "What is stored is whole; something on the way changes it. Nothing wrong was written. Try again later, "
            + "or from another network.", status: 0)
    private static let refused = Problem(
        .storeRefused, "The object store refuses every request that the server signs.",
        detail: "Whoever runs the server should check its clock and the store's address with `pannier-server doctor`.")
}
