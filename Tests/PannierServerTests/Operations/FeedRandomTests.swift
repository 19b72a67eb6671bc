import PannierCore
import PannierServer
import SeededRandom
import Testing

/// Random trees, moves, renames, trash, restoring, contents, grants and revocations by three people who share with each
/// other; clients that ask now and then, for pages of any size. Whenever a client has caught up, its mirror is exactly
/// what it may see. `PANNIER_SEED=n` runs seed n alone, with the same identifiers.
@Suite struct FeedRandomTests {
    private static let batches = 12
    private static let seedsOfBatch = 25

    @Test(arguments: 0..<batches) func aMirrorIsExactlyWhatAuthorisationAllows(_ batch: Int) async throws {
        let seeds = SeededGenerator.seeds(Self.batches * Self.seedsOfBatch).filter {
            Int($0 % UInt64(Self.batches)) == batch
        }
        let world = try OperationsWorld()
        let closed = try await world.store.write { transaction in
            try seeds.reduce(0) { closed, seed in
                try IdentifierSource.$current.withValue(IdentifierSource(seed: seed ^ 0x1D)) {
                    var run = try FeedRun(seed: seed, OperationsStage(transaction))
                    return try closed + run.run()
                }
            }
        }
        if seeds.count > 1 { #expect(closed > 0, "no view ever closed: the test has lost its subject") }
    }
}

/// One seed.
private struct FeedRun {
    /// How likely each kind of change is, and how clients ask; drawn once for each seed, so that seeds differ.
    private struct Temper {
        /// Six folders a person, one of them shared with everyone from the start, that mostly move into each other: the
        /// same ones come and go again and again.
        let isRestless: Bool
        /// Of a hundred changes; shares and their ends are the rest.
        let folders, files, moves, trash, restores: Int
        /// Changes between two looks at all mirrors.
        let checks: Int
        /// How often a client asks after a change, in percent.
        let asks: Int
        /// Most rows of a page.
        let page: Int

        init(using generator: inout SeededGenerator) {
            isRestless = generator.chance(60)
            (folders, files, moves, trash, restores) = isRestless ? (1, 1, 86, 4, 6) : (25, 15, 20, 10, 12)
            checks = isRestless ? 30 : 10
            asks = [0, 8, 35][generator.number(below: 3)]
            page = [5, 15, 1_000][generator.number(below: 3)]
        }
    }

    private let seed: UInt64
    private let temper: Temper
    private var generator: SeededGenerator
    private var stage: OperationsStage
    private let people: [OperationsWorld.Person]
    private var mirrors: [FeedMirror]
    /// All nodes ever made, in the order of their making.
    private var nodes: [[NodeID]]
    private var grants: [(owner: Int, node: NodeID, grant: ViewID)] = []
    private var log: [String] = []
    private var contents = 0
    private var closedViews = 0

    init(seed: UInt64, _ stage: OperationsStage) throws {
        self.seed = seed
        self.stage = stage
        generator = SeededGenerator(seed: seed)
        temper = Temper(using: &generator)
        people = try ["ada", "bob", "eve"].map { try stage.person("\($0)-\(seed)@example.org") }
        mirrors = people.map { FeedMirror($0) }
        nodes = people.map { [$0.root] }
        guard temper.isRestless else { return }
        for index in people.indices {
            let desk = stage.desk(of: people[index])
            nodes[index] += try (0..<6).map { try desk.folder("n\($0)") }
            let others = people.filter { $0.account.id != people[index].account.id }.map(\.account.email)
            for email in others {
                grants += try desk.share(nodes[index][1], with: email).map { (index, $0.node, $0.id) }
            }
        }
    }

    /// - Returns: how many views closed.
    mutating func run() throws -> Int {
        var truth = try FeedTruth(stage.transaction, people: people)
        for step in 1...90 {
            stage.now += 1
            let owner = temper.isRestless && generator.chance(80) ? 0 : generator.number(below: 3)
            let bell = try change(as: owner)
            // To look at everything takes most of the time, so the beingWritten are looked at now and then only.
            let isLook = step % temper.checks == 0
            if isLook || !temper.isRestless {
                let after = try FeedTruth(stage.transaction, people: people)
                if !temper.isRestless { check(bell, before: truth, after: after) }
                truth = after
            }
            try pollNowAndThen()
            if isLook { try checkMirrors(truth) }
        }
        return closedViews
    }

    private mutating func pollNowAndThen() throws {
        for index in mirrors.indices where generator.chance(temper.asks) {
            if generator.chance(60) {
                _ = try mirrors[index].readChanges(stage, limit: 1 + generator.number(below: temper.page))
            }
            if generator.chance(60) {
                _ = try mirrors[index].readListing(stage, limit: 1 + generator.number(below: 4))
            }
        }
    }

    private mutating func checkMirrors(_ truth: FeedTruth) throws {
        for index in mirrors.indices {
            try mirrors[index].catchUp(stage, page: temper.page, using: &generator)
            let account = people[index].account.id
            let differences = Self.differences(mirrors[index].views, truth.views[account] ?? [:])
            #expect(
                differences.isEmpty,
                "seed \(seed), person \(index), after:\n\(log.joined(separator: "\n"))\n\(mirrors[index].heard)")
            let visible = try Operations.visibleViews(in: stage.desk(of: people[index]).context)
            #expect(visible == Set((truth.views[account] ?? [:]).keys), "seed \(seed)")
        }
    }

    private static func differences(
        _ mirror: [ViewID: FeedTruth.View], _ truth: [ViewID: FeedTruth.View]
    ) -> [String] {
        Set(mirror.keys).union(truth.keys).flatMap { view in
            let (has, should) = (mirror[view] ?? [:], truth[view] ?? [:])
            return Set(has.keys).union(should.keys).filter { has[$0] != should[$0] }.map { node in
                "view \(view): \(node) is \(has[node].map { "\($0)" } ?? "unknown"), "
                    + "should be \(should[node].map { "\($0)" } ?? "unknown")"
            }
        }
    }

    /// Whoever sees something else than before is rung, and nobody else.
    private mutating func check(_ bell: Bell, before: FeedTruth, after: FeedTruth) {
        for person in people {
            let (old, new) = (before.views[person.account.id] ?? [:], after.views[person.account.id] ?? [:])
            closedViews += old.keys.filter { new[$0] == nil }.count
            if Set(old.keys) != Set(new.keys) {
                #expect(bell.accounts.contains(person.account.id), "seed \(seed): \(log.last ?? "")")
            }
            for (view, nodes) in new where old[view] != nil {
                #expect(bell.views.contains(view) == (old[view] != nodes), "seed \(seed): \(log.last ?? "")")
            }
        }
    }

    // MARK: - One random change

    private mutating func change(as owner: Int) throws -> Bell {
        let desk = stage.desk(of: people[owner])
        do {
            try change(owner, desk)
        } catch let problem as Problem {
            log.append("  refused: \(problem.code)")
        }
        return desk.context.bell
    }

    private mutating func anyNode(of owner: Int) -> NodeID { nodes[owner][generator.number(below: nodes[owner].count)] }

    private mutating func anyName() -> String { ["a", "b", "c", "d", "e"][generator.number(below: 5)] }

    private mutating func change(_ owner: Int, _ desk: OperationsStage.Desk) throws {
        let (node, other, name) = (anyNode(of: owner), anyNode(of: owner), anyName())
        switch generator.number(below: 100) {
        case ..<temper.folders:
            log.append("\(owner): folder \(name) in \(node)")
            nodes[owner].append(try desk.folder(name, in: node))
        case ..<(temper.folders + temper.files):
            contents += 1
            log.append("\(owner): file \(name) in \(node)")
            let file = try desk.put("\(seed) \(contents)", as: name, in: node).node
            nodes[owner].append(file.id)
            guard generator.chance(30) else { return }
            log.append("\(owner): settle \(file.id)")
            try desk.settle(file)
        case ..<(temper.folders + temper.files + temper.moves):
            let newName = temper.isRestless ? "m \(node)" : name
            log.append("\(owner): move \(node) to \(other) as \(newName)")
            try desk.move(node, to: other, as: newName)
        case ..<(temper.folders + temper.files + temper.moves + temper.trash):
            log.append("\(owner): trash \(node)")
            try desk.trash(node)
        case ..<(temper.folders + temper.files + temper.moves + temper.trash + temper.restores):
            let (target, newName) = generator.chance(50) ? (other, name) : (nil, nil)
            log.append("\(owner): restore \(node) to \(target.map { "\($0) as \(name)" } ?? "where it was")")
            try desk.restore(node, to: target, as: newName)
        case ..<96:
            let guest = people[generator.number(below: 3)]
            let email = generator.chance(90) ? guest.account.email : "nobody-\(seed)@example.org"
            log.append("\(owner): share \(node) with \(email)")
            grants += try desk.share(node, with: email).map { (owner, node, $0.id) }
        default:
            guard let index = grants.indices.randomElement(using: &generator) else { return }
            let grant = grants.remove(at: index)
            log.append("\(grant.owner): unshare \(grant.node)")
            try Operations.removeShare(
                node: grant.node, grant: grant.grant, in: desk.context.as(people[grant.owner]))
        }
    }
}

extension OperationContext {
    /// The same request by somebody else, with the same bell.
    fileprivate func `as`(_ person: OperationsWorld.Person) -> OperationContext {
        OperationContext(
            transaction: transaction, caller: person.caller, now: now, signer: signer, secrets: secrets, bell: bell)
    }
}
