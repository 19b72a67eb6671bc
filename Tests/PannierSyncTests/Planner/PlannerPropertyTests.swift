import Foundation
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom
import Testing

/// Random trees that are changed on both sides, and what must hold whatever was changed. A seed makes one history:
/// `PANNIER_SEED` runs it again.
@Suite(.timeLimit(.minutes(5))) struct PlannerPropertyTests {
    private static let isFull = ProcessInfo.processInfo.environment["PANNIER_FULL"] != nil

    @Test func bothSidesBecomeTheSameAndNothingIsLost() async {
        let seeds = SeededGenerator.seeds(Self.isFull ? 3_000 : 500)
        for seed in seeds {
            // Other tests wait for the same few threads.
            await Task.yield()
            do throws(Broken) {
                try History(seed).run()
            } catch {
                Issue.record("PANNIER_SEED=\(seed): \(error.words)")
            }
        }
    }
}

struct Broken: Error {
    var words: String
    init(_ words: String) { self.words = words }
}

/// One run of a world: something is agreed on, then changed, then all is quiet until nothing is left to do.
struct History {
    /// Nobody is asked, however little is left.
    private static let rules: PlanRules = {
        var rules = PlanRules(conflictMark: "conflict")
        rules.fewCount = rules.guardedCount
        return rules
    }()
    private static let roundsAtMost = 200

    private var random: SeededGenerator
    private var world = SyncWorld()
    private let names: [NodeName]
    /// Names are excluded or differ in spelling only: the sides may then differ for good, and nothing is said of that.
    private var isBlocked: Bool
    private let excludes: Bool

    init(_ seed: UInt64) {
        random = SeededGenerator(seed: seed)
        let isSpelled = random.chance(10)
        excludes = random.chance(10)
        isBlocked = isSpelled || excludes
        let texts = isSpelled ? ["a", "b", "\u{E9}", "e\u{301}"] : ["a", "b", "c", "d"]
        names = texts.compactMap { try? NodeName($0) }
    }

    func run() throws(Broken) {
        var copy = self
        try copy.play()
    }

    private mutating func play() throws(Broken) {
        for _ in 0..<random.number(below: 16) { world.change(names, &random) }
        try untilQuiet()
        if excludes { for _ in 0...random.number(below: 3) { world.exclude(&random) } }
        switch random.number(below: 5) {
        case 0: try changedHereAlone()
        case 1: try changedThereAlone()
        case 2, 3: try changedOnBothSides()
        default: try changedInTheMidst()
        }
    }

    // MARK: Histories

    private mutating func changedHereAlone() throws(Broken) {
        for _ in 0...random.number(below: 9) { world.changeHere(names, &random) }
        let before = world.treeHere
        try untilQuiet()
        guard isBlocked || world.treeHere == before else {
            throw Broken("only changed here, but \(before) became \(world.treeHere)")
        }
    }

    private mutating func changedThereAlone() throws(Broken) {
        for _ in 0...random.number(below: 9) { world.changeThere(names, &random) }
        let before = world.tree
        try untilQuiet()
        guard isBlocked || world.tree == before else {
            throw Broken("only changed there, but \(before) became \(world.tree)")
        }
    }

    private mutating func changedOnBothSides() throws(Broken) {
        for _ in 0...random.number(below: 9) { world.change(names, &random) }
        let before = world
        try untilQuiet()
        guard !isBlocked else { return }
        try requireNothingLost(of: before)
        try requireDeletionsStand(of: before)
    }

    /// Plans that are old before they are done, steps that fail, processes that die between two of them.
    private mutating func changedInTheMidst() throws(Broken) {
        for _ in 0...random.number(below: 9) {
            for _ in 0..<random.number(below: 4) { world.change(names, &random) }
            if excludes, random.chance(30) { world.exclude(&random) }
            for step in Planner.plan(world.trees, Self.rules).steps {
                if random.chance(10) { world.change(names, &random) }
                if random.chance(3) { break }
                if random.chance(90) { _ = world.carryOut(step) }
            }
        }
        let before = world
        try untilQuiet()
        if !isBlocked { try requireNothingLost(of: before) }
    }

    // MARK: What must hold

    /// Nobody changes anything any more: every step is allowed, and there is an end, at which all three trees are the same.
    private mutating func untilQuiet() throws(Broken) {
        for _ in 0..<Self.roundsAtMost {
            let plan = Planner.plan(world.trees, Self.rules)
            guard !plan.steps.isEmpty else { return try requireEqual() }
            for step in plan.steps where !world.carryOut(step) { throw Broken("refused: \(step)") }
        }
        throw Broken("no end after \(Self.roundsAtMost) rounds")
    }

    private func requireEqual() throws(Broken) {
        guard !isBlocked else { return }
        guard world.tree == world.treeHere else { throw Broken("there \(world.tree), here \(world.treeHere)") }
        guard world.nodes.count == world.synced.count, world.files.count == world.synced.count else {
            throw Broken("\(world.nodes.count) there, \(world.files.count) here, \(world.synced.count) agreed on")
        }
        for (node, entry) in world.synced {
            let isRight =
                world.nodes[node]?.place == entry.place && world.nodes[node]?.content == entry.content
                && world.files[entry.local]?.content == entry.content
            guard isRight else { throw Broken("what was agreed on of \(node) is not so") }
        }
    }

    /// What was written on either side and not agreed on yet is a file's content or an older version of one: not in the
    /// trash, not in quarantine, not gone.
    private func requireNothingLost(of before: SyncWorld) throws(Broken) {
        let agreed = Set(before.synced.values.compactMap(\.content))
        let written = before.files.values.compactMap(\.content) + before.nodes.values.compactMap(\.content)
        for content in written where !agreed.contains(content) {
            guard world.heads.contains(content) || world.versions.contains(content) else {
                throw Broken("content \(content.digest) is no file's and no version's")
            }
        }
    }

    /// What one side deleted and the other left alone stays deleted; what neither touched stays.
    private func requireDeletionsStand(of before: SyncWorld) throws(Broken) {
        let here = Set(before.files.values.compactMap(\.content))
        let there = before.heads
        for (node, entry) in before.synced {
            guard let content = entry.content else { continue }
            let name = entry.place.name
            // A new file of its name may have been taken for a new version of it.
            let isReplaced = before.files.values.contains { $0.place.name == name }
            switch (here.contains(content), there.contains(content)) {
            case (false, true) where before.nodes[node]?.content == content && !isReplaced && !before.isKept(entry),
                (true, false) where before.nodes[node] == nil && before.files[entry.local]?.content == content:
                if world.heads.contains(content) { throw Broken("“\(name)”, which was deleted, came back") }
            case (true, true)
            where before.nodes[node]?.content == content && before.files[entry.local]?.content == content:
                if world.nodes[node]?.content != content { throw Broken("“\(name)”, which nobody touched, is gone") }
            default: break
            }
        }
    }
}

extension SyncWorld {
    func isKept(_ entry: SyncedEntry) -> Bool { files[entry.local] != nil }
}
