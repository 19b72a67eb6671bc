import Foundation
import PannierChunks
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// Whole downloads from a service in memory to a real folder.
@Suite(.timeLimit(.minutes(5))) struct DownloadRunTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func run(_ queue: Queue, _ service: ServiceDouble, _ tree: RemoteTree) async throws {
        let transfer = try await queue.stored()
        let settings = TransferSettings(patience: RetryPolicy(first: 5, longest: 20, attempts: nil))
        let run = try await DownloadRun(
            transfer, store: queue.store, service: try service.client(), tree: tree,
            progress: RunProgress(transfer), settings: settings)
        try await run.run()
    }

    private func tree(
        _ news: MirrorNews = MirrorNews(),
        _ children: @escaping @Sendable (NodeID, NodeID?, Int) async throws(Problem) -> FolderListing = {
            _, _, _ throws(Problem) in .page([])
        }, refresh: @escaping @Sendable () async throws(Problem) -> Void = { () throws(Problem) in }
    ) -> RemoteTree {
        RemoteTree(
            children: children, nodes: { _, paths throws(Problem) in paths.map { _ in nil } }, refresh: refresh,
            news: news)
    }

    @Test func aURLThatWasForgottenIsAskedForAgain() async throws {
        let stored = try StoredContent([1, 2, 3])
        var faults = ServiceDouble.Faults()
        faults.content = { number, _, store in
            let packs = number == 1 ? [] : [stored.location(store)]
            return .success(.init(items: [.done(stored.page())], packs: packs))
        }
        let service = try ServiceDouble(faults, objects: ["\(stored.pack)": stored.bytes])
        let node = try Queue.node("file", content: stored.node)
        let goal = StoredTransfer.Goal.download(DownloadSource(node: node, remote: try RemotePath(parsing: "/file")))
        let queue = try await Queue(goal, local: folder.at("file"))
        try await run(queue, service, tree())
        #expect(folder.read("file") == [1, 2, 3])
        #expect(service.seen.asked.count == 2)
    }

    /// A gateway that cannot reach the store says nothing against a pack, and does not use its tries up.
    @Test(arguments: [502, 503, 504]) func aStoreThatCannotBeReachedIsWaitedFor(_ status: Int) async throws {
        let stored = try StoredContent([1, 2, 3])
        let tries = Box(0)
        var faults = ServiceDouble.Faults()
        faults.content = { _, _, store in
            .success(.init(items: [.done(stored.page())], packs: [stored.location(store)]))
        }
        faults.get = { _ in
            tries.change { $0 += 1 }
            return switch tries.now {
            case ...8: status
            case ...12: 500
            default: nil
            }
        }
        let service = try ServiceDouble(faults, objects: ["\(stored.pack)": stored.bytes])
        let node = try Queue.node("file", content: stored.node)
        let goal = StoredTransfer.Goal.download(DownloadSource(node: node, remote: try RemotePath(parsing: "/file")))
        let queue = try await Queue(goal, local: folder.at("file"))
        try await run(queue, service, tree())
        #expect(folder.read("file") == [1, 2, 3])
        #expect(tries.now == 13)
    }

    /// What was named together comes into one folder together, and each is looked for where it stands when it is tried
    /// again.
    @Test func whatIsNamedTogetherComesDownTogether() async throws {
        let stored = try StoredContent([1, 2, 3])
        var faults = ServiceDouble.Faults()
        faults.content = { _, request, store in
            .success(
                .init(items: request.items.map { _ in .done(stored.page()) }, packs: [stored.location(store)]))
        }
        let service = try ServiceDouble(faults, objects: ["\(stored.pack)": stored.bytes])
        let top = try Queue.node("top", content: nil)
        let deep = try Queue.node("deep", content: stored.node)
        let nodes = [try Queue.node("one", content: stored.node), top, try Queue.node("two", content: stored.node)]
        try folder.write([9], "two")
        let queue = try await Queue(downloading: nodes, into: folder.path)
        let tree = tree { id, after, _ throws(Problem) in .page(id == top.id && after == nil ? [deep] : []) }
        try await run(queue, service, tree)
        #expect(folder.names() == ["one", "top", "top/deep", "two"])
        #expect(folder.read("one") == [1, 2, 3] && folder.read("top/deep") == [1, 2, 3])
        #expect(folder.read("two") == [9])
        let failures = try await queue.store.failures(of: queue.transfer, after: 0, limit: 9)
        #expect(failures.map(\.path) == [folder.at("two").description])
        #expect(try await queue.store.end(queue.transfer.number) == .partlyFailed)
        try FileManager.default.removeItem(atPath: folder.at("two").description)
        #expect(try await queue.store.retry(try await queue.stored()))
        try await run(queue, service, tree)
        #expect(folder.read("two") == [1, 2, 3])
        #expect(try await queue.counts().filesDone == 3)
    }

    /// Numbers of a page that memory or sums would be made of.
    @Test(arguments: [Int.max, Int.min, -1]) func pagesThatMakeNoSenseFailTheirFile(_ number: Int) async throws {
        let stored = try StoredContent([1, 2, 3])
        for isFirst in [true, false] {
            var faults = ServiceDouble.Faults()
            faults.content = { _, _, store in
                var page = stored.page()
                if isFirst {
                    page.first = number
                } else {
                    page.chunks[0].place.length = number
                    page.chunks.append(page.chunks[0])
                    page.chunkCount = .max
                }
                return .success(.init(items: [.done(page)], packs: [stored.location(store)]))
            }
            let service = try ServiceDouble(faults)
            let node = try Queue.node("file", content: stored.node)
            let goal = StoredTransfer.Goal.download(
                DownloadSource(node: node, remote: try RemotePath(parsing: "/file")))
            let queue = try await Queue(goal, local: folder.at("file"))
            // As if an earlier run had left a part: what the page says is compared with it.
            _ = try await queue.store.addListed(
                1, [ListedItem(path: [], node: node.id, revision: 1, content: node.content)])
            let item = try await queue.store.downloadItems(1, limit: 1)[0]
            try await queue.store.begun(1, [item.row])
            try folder.write([0], PartFile.name(transfer: queue.transfer.id, row: item.row))
            try await run(queue, service, tree())
            #expect(try await queue.counts().filesFailed == 1)
            #expect(folder.names().isEmpty)
        }
    }

    /// The true reason is said once, of the folder, though what lies in it comes in the same batch.
    @Test func aFolderThatCannotBeMadeIsTheReasonForWhatLiesInIt() async throws {
        try folder.write([1], "top")
        let service = try ServiceDouble(ServiceDouble.Faults())
        let queue = try await Queue(try Queue.download(), local: folder.at("top"))
        let content = try StoredContent([7]).node
        _ = try await queue.store.addListed(
            1,
            [
                ListedItem(path: [], node: .random(), revision: 1, content: nil),
                ListedItem(path: Array("sub".utf8), node: .random(), revision: 1, content: nil),
                ListedItem(path: Array("sub/file".utf8), node: .random(), revision: 1, content: content),
            ])
        for folder in try await queue.store.unlistedFolders(1, limit: 9) {
            try await queue.store.listed(row: folder.row)
        }
        try await queue.store.finishScan(1)
        try await run(queue, service, tree())
        let failures = try await queue.store.failures(of: try await queue.stored(), after: 0, limit: 9)
        #expect(failures.map(\.problem.isOfItsFolder) == [false, true, true])
        #expect(failures.first?.problem.code == .localExists)
    }

    @Test func whatIsNotListedYetIsWaitedFor() async throws {
        let stored = try StoredContent([7])
        var faults = ServiceDouble.Faults()
        faults.content = { _, request, store in
            .success(
                .init(items: request.items.map { _ in .done(stored.page()) }, packs: [stored.location(store)]))
        }
        let service = try ServiceDouble(faults, objects: ["\(stored.pack)": stored.bytes])
        let queue = try await Queue(try Queue.download(), local: folder.at("top"))
        let child = try Queue.node("child", content: stored.node)
        let news = MirrorNews()
        let isListed = Box(false)
        let asked = Box(0)
        let tree = tree(news) { _, after, _ throws(Problem) in
            asked.change { $0 += 1 }
            guard isListed.now else { return .unlisted }
            return .page(after == nil ? [child] : [])
        }
        async let end: Void = run(queue, service, tree)
        // Every piece of news makes it look once more, and nothing else does.
        while asked.now == 0 { await Task.yield() }
        news.tell()
        while asked.now < 2 { await Task.yield() }
        isListed.change { $0 = true }
        news.tell()
        try await end
        #expect(asked.now == 4)
        #expect(folder.read("top/child") == [7])
    }

    @Test func aFolderThatIsGoneIsAFailureInWords() async throws {
        let service = try ServiceDouble()
        let queue = try await Queue(try Queue.download(), local: folder.at("top"))
        let sub = try Queue.node("sub", content: nil)
        let news = MirrorNews()
        let refreshes = Box(0)
        let tree = tree(news) { folder, after, _ throws(Problem) in
            if folder == sub.id { return .gone }
            return .page(after == nil ? [sub] : [])
        } refresh: { () throws(Problem) in
            refreshes.change { $0 += 1 }
            news.tell()
        }
        try await run(queue, service, tree)
        // Once before it lists, and once more before it believes that something has gone.
        #expect(refreshes.now == 2)
        let failures = try await queue.store.failures(of: queue.transfer, after: 0, limit: 9)
        #expect(failures.map(\.problem.code) == [.notFound])
        #expect(failures[0].problem.title.contains("shared:/top/sub"))
        #expect(try await queue.store.end(1) == .partlyFailed)
        // Another try looks again, there and nowhere else.
        #expect(try await queue.store.retry(try await queue.stored()))
        #expect(try await queue.store.unlistedFolders(1, limit: 9).map(\.path) == [Array("sub".utf8)])
    }

    /// Nothing is said to be gone on the word of a mirror that cannot be brought up to date.
    @Test func aServerThatCannotBeReachedIsWaitedForWithItsReason() async throws {
        let queue = try await Queue(try Queue.download(), local: folder.at("top"))
        let news = MirrorNews()
        let isBack = Box(false)
        let transfer = queue.transfer
        let progress = RunProgress(transfer)
        let tree = tree(news) { _, _, _ throws(Problem) in
            isBack.now ? .page([]) : .gone
        } refresh: { () throws(Problem) in
            throw Problem(.serverUnreachable, "Away.")
        }
        let scan = RemoteScan(transfer, queue.store, tree, progress)
        _ = try await scan.next()
        async let next = scan.next()
        while progress.snapshot().waiting == nil { await Task.yield() }
        #expect(progress.snapshot().waiting?.problem.code == .serverUnreachable)
        #expect(progress.snapshot().waiting?.remaining == nil)
        isBack.change { $0 = true }
        news.tell()
        #expect(try await next.isEnd == false)
        #expect(progress.snapshot().waiting == nil)
    }
}

@Suite struct MirrorNewsTests {
    @Test(.timeLimit(.minutes(5))) func waitingEndsWithNewsOrTheTask() async {
        let news = MirrorNews()
        let before = news.latest.number
        news.tell(Problem(.unavailable, "Later."))
        await news.wait(after: before)
        #expect(news.latest.problem?.code == .unavailable)
        let number = news.latest.number
        let task = Task { await news.wait(after: number) }
        task.cancel()
        await task.value
    }
}

@Suite struct PackURLsTests {
    @Test func onlyTheOldestAreForgotten() {
        let urls = PackURLs()
        let packs = (0..<5 * PackURLs.limit).map { _ in PackID.random() }
        let url = SignedRequest(url: "u", headers: [:], expiresAt: 0)
        for start in stride(from: 0, to: packs.count, by: Limits.manifestPage) {
            let end = min(start + Limits.manifestPage, packs.count)
            urls.learn(packs[start..<end].map { .init(pack: $0, get: url) })
            // What this answer and the one before it named is needed still.
            for pack in packs[max(0, end - PackURLs.limit)..<end] { #expect(urls[pack] == url) }
        }
        #expect(urls[packs[0]] == nil)
    }
}
