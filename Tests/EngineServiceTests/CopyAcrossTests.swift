import PannierCore
import PannierEngine
import Testing

/// Copies of what somebody else shares, by engines and a real server: fetched, then sent.
@Suite(.timeLimit(.minutes(5))) struct CopyAcrossTests {
    /// mia shares /plans with alice.
    private func withShare(
        _ files: [String: String] = ["a b.txt": "a", "sub/empty": "", "sub/deep/c.txt": "c"],
        _ body: @escaping @Sendable (_ mia: EngineDevice, _ alice: EngineDevice) async throws -> Void
    ) async throws {
        try await EngineHouse.with { house in
            try await house.device("mia@example.org") { mia in
                try await mia.put(files, as: "/plans")
                try await house.device("alice@example.org") { alice in
                    try await share(mia)
                    _ = try await alice.link.send(.refresh)
                    try await body(mia, alice)
                }
            }
        }
    }

    private func share(_ mia: EngineDevice) async throws {
        let plans = try RemotePath(parsing: "/plans")
        _ = try await mia.link.send(.share(path: plans, emails: ["alice@example.org"], role: .viewer))
    }

    /// Begins a copy that goes so slowly that something can happen meanwhile.
    private func beginSlowly(_ alice: EngineDevice) async throws -> TransferID {
        _ = try await alice.link.send(.limit(TransferLimits(upload: nil, download: 16_384)))
        let sources = [try RemotePath(parsing: "shared:/plans")]
        let reply = try await alice.link.send(.copy(sources: sources, target: .myFiles))
        guard case .started(let ids, let refused) = reply, refused.isEmpty, let id = ids.first else {
            throw Missed(what: "another answer: \(reply)")
        }
        _ = try await eventually("bytes on their way") {
            try await alice.transfer(id) { $0.bytesMoved > 0 && $0.direction == .download }
        }
        return id
    }

    private func letGo(_ alice: EngineDevice) async throws { _ = try await alice.link.send(.limit(TransferLimits())) }

    private static let large = ["one": noise(150_000, 1), "sub/two": noise(150_000, 2)]

    /// Text that does not become shorter.
    private static func noise(_ count: Int, _ seed: UInt64) -> String {
        var state = seed
        return String(
            decoding: (0..<count).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(33 + (state >> 33) % 90)
            }, as: UTF8.self)
    }

    @Test func whatIsSharedBecomesOnesOwn() async throws {
        try await withShare { mia, alice in
            let (state, refused) = try await alice.copyAcross(["shared:/plans"], to: "/")
            #expect(state.state == .done && refused.isEmpty)
            #expect(state.name == "plans" && state.filesDone == 3)
            #expect(state.ends == ("shared:/plans", "/plans"))
            let tree = ["/plans/", "/plans/sub/", "/plans/sub/deep/", "/plans/sub/deep/c.txt", "/plans/sub/empty"]
            #expect(try await Set(alice.tree()) == Set(tree + ["/plans/a b.txt"]))
            #expect(try await alice.text(of: "/plans/a b.txt") == "a")
            #expect(alice.staged.isEmpty)
            // They have nothing to do with each other any more.
            try await mia.put("changed", as: "/plans/a b.txt")
            try await mia.trash("/plans/sub")
            _ = try await alice.link.send(.refresh)
            #expect(try await alice.text(of: "/plans/a b.txt") == "a")
            #expect(try await alice.text(of: "shared:/plans/a b.txt") == "changed")
            #expect(try await alice.tree().count == tree.count + 1)
        }
    }

    /// What cannot be kept is not fetched first.
    @Test func whereNothingFitsItIsRefusedBeforeItIsFetched() async throws {
        try await EngineHouse.with { house in
            try await house.device("mia@example.org") { mia in
                try await mia.put(Self.large, as: "/plans")
                try await house.device("alice@example.org") { alice in
                    try await share(mia)
                    _ = try await alice.link.send(.refresh)
                    try await alice.put(["x": "x"], as: "/own")
                    try await house.setQuota(1, of: "alice@example.org")
                    let refused = try await alice.copy(["shared:/plans"], to: "/own")
                    #expect(refused.map(\.problem.code) == [.quotaExceeded])
                    #expect(refused.first?.path == "shared:/plans")
                    #expect(refused.first?.problem.title.hasPrefix("300 KB would become yours") == true, "\(refused)")
                    guard case .transfers(let all) = try await alice.link.send(.transfers) else { return }
                    #expect(all.allSatisfy { $0.from == nil } && alice.staged.isEmpty)
                    // With room it is copied, though the service was asked a moment ago.
                    try await house.setQuota(nil, of: "alice@example.org")
                    let whole = try await alice.copyAcross(["shared:/plans"], to: "/")
                    #expect(whole.state.state == .done && whole.refused.isEmpty)
                }
            }
        }
    }

    @Test func aCommandSentAgainBeginsNoSecondTransfer() async throws {
        try await withShare { _, alice in
            let key = CommandKey.random()
            let first = try await alice.copyAcross(["shared:/plans/a b.txt"], to: "/mine.txt", key: key)
            let second = try await alice.copyAcross(["shared:/plans/a b.txt"], to: "/mine.txt", key: key)
            #expect(first.state.id == second.state.id && first.state.state == .done)
            #expect(try await alice.tree() == ["/mine.txt"])
            guard case .transfers(let all) = try await alice.link.send(.transfers) else { return }
            #expect(all.count == 1 && all.first?.ends.to == "/mine.txt" && all.first?.name == "a b.txt")
        }
    }

    @Test func someOfItMayBeOnesOwn() async throws {
        try await withShare { _, alice in
            try await alice.put(["x": "x"], as: "/own")
            try await alice.makeFolders("/to/sub")
            let (state, refused) = try await alice.copyAcross(
                ["/own", "shared:/plans/sub", "shared:/plans/a b.txt", "/missing", "shared:/plans"], to: "/to")
            #expect(state.state == .done && state.sources == 2 && state.title == "a b.txt and 1 more")
            #expect(refused.map(\.path) == ["shared:/plans/sub", "/missing"])
            #expect(refused.map(\.problem.code) == [.nameTaken, .notFound])
            let all = try await alice.tree("/to")
            #expect(
                Set(all).isSuperset(of: ["/to/own/x", "/to/a b.txt", "/to/plans/sub/deep/c.txt", "/to/plans/a b.txt"]))
            #expect(alice.staged.isEmpty)
        }
    }

    /// Before anything is fetched: no transfer begins.
    @Test func whatCannotGoThereIsRefusedAtOnce() async throws {
        try await withShare { _, alice in
            try await alice.makeFolders("/plans", "/own")
            let taken = try await alice.copy(["shared:/plans", "shared:/"], to: "/")
            #expect(taken.map(\.problem.code) == [.nameTaken, .viewOnly])
            // There is no right to write.
            for (source, target) in [("/own", "shared:/plans"), ("shared:/plans/sub", "shared:/plans")] {
                let problem = await #expect(throws: Problem.self) { try await alice.copy([source], to: target) }
                #expect(problem?.code == .viewOnly)
            }
            guard case .transfers(let all) = try await alice.link.send(.transfers) else { return }
            #expect(all.isEmpty)
        }
    }

    @Test func whatIsUnsharedMeanwhileIsNotCopied() async throws {
        try await withShare(Self.large) { mia, alice in
            let id = try await beginSlowly(alice)
            let plans = try RemotePath(parsing: "/plans")
            _ = try await mia.link.send(.unshare(path: plans, email: "alice@example.org"))
            try await letGo(alice)
            let state = try await eventually("its end") { try await alice.transfer(id, where: \.state.isOver) }
            #expect(state.state == .failed && state.problem?.code == .notFound)
            #expect(state.problem?.title.contains("“shared:/plans” is not there any more") == true)
            _ = try await eventually("an empty folder") { alice.staged.isEmpty ? true : nil }
            #expect(try await alice.tree().isEmpty)
            // Shared again it is copied, with what is there now.
            try await mia.put("new", as: "/plans/one")
            try await share(mia)
            _ = try await alice.link.send(.control(.retry, transfers: [id]))
            _ = try await eventually("its end") { try await alice.transfer(id, where: { $0.state == .done }) }
            _ = try await alice.link.send(.refresh)
            #expect(try await alice.text(of: "/plans/one") == "new")
            #expect(try await alice.text(of: "/plans/sub/two") == Self.large["sub/two"])
            #expect(alice.staged.isEmpty)
        }
    }

    @Test func aNameThatIsTakenMeanwhileIsNotReplaced() async throws {
        try await withShare(Self.large) { _, alice in
            let id = try await beginSlowly(alice)
            try await alice.makeFolders("/plans")
            try await letGo(alice)
            let state = try await eventually("its end") { try await alice.transfer(id, where: \.state.isOver) }
            #expect(state.state == .failed && state.problem?.code == .nameTaken && state.direction == .upload)
            #expect(try await alice.tree() == ["/plans/"])
            // What was fetched waits for the name.
            #expect(!alice.staged.isEmpty)
            try await alice.move("/plans", to: "/other")
            _ = try await alice.link.send(.control(.retry, transfers: [id]))
            _ = try await eventually("its end") { try await alice.transfer(id, where: { $0.state == .done }) }
            #expect(try await alice.text(of: "/plans/one") == Self.large["one"])
            #expect(alice.staged.isEmpty)
        }
    }

    @Test func cancelledOrClearedItLeavesNothing() async throws {
        try await withShare(Self.large) { _, alice in
            let cancelled = try await beginSlowly(alice)
            _ = try await alice.link.send(.control(.cancel, transfers: [cancelled]))
            _ = try await eventually("an empty folder") { alice.staged.isEmpty ? true : nil }
            // In its second step; and one that has failed there.
            let taken = try await beginSlowly(alice)
            try await alice.makeFolders("/plans")
            try await letGo(alice)
            _ = try await eventually("its end") { try await alice.transfer(taken, where: { $0.state == .failed }) }
            #expect(!alice.staged.isEmpty)
            _ = try await alice.link.send(.control(.clear, transfers: nil))
            #expect(alice.staged.isEmpty)
            #expect(try await alice.tree() == ["/plans/"])
        }
    }
}
