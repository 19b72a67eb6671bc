import PannierCore
import PannierMirror
import PannierSync
import Testing

/// How many deletions are taken for meant.
@Suite struct PlannerGuardTests {
    private static let rules = PlanRules(conflictMark: "conflict")

    @Test(arguments: [(100, false), (101, true)])
    func manyDeletionsWaitForAWord(gone: Int, isHeld: Bool) {
        var world = SyncWorld()
        for number in 0..<300 { world.agreeFile("\(number)", in: world.root, world.top) }
        for file in world.files.keys.sorted().prefix(gone) { world.files[file] = nil }
        let plan = Planner.plan(world.trees, Self.rules)
        #expect(plan.steps.isEmpty == isHeld)
        #expect(plan.held.there == (isHeld ? gone : 0))
    }

    /// A word is for what it was said of: of the others as many go as ever may.
    @Test func whatWasConsentedToGoesAndTheRestWaits() {
        var world = SyncWorld()
        for number in 0..<300 { world.agreeFile("\(number)", in: world.root, world.top) }
        let gone = world.synced.sorted { $0.key < $1.key }.prefix(150)
        for (_, entry) in gone { world.files[entry.local] = nil }
        var rules = Self.rules
        rules.consented.there = Set(gone.prefix(49).map(\.key))
        let held = Planner.plan(world.trees, rules)
        #expect(held.steps.count == 49 && held.held == Deletions(there: 101))
        #expect(held.heldNodes.there == Set(gone.dropFirst(49).map(\.key)))
        #expect(held.consented == rules.consented)
        rules.consented.there = Set(gone.prefix(50).map(\.key))
        #expect(Planner.plan(world.trees, rules).steps.count == 150)
        // What nobody deletes any more, nobody has a word for.
        rules.consented.there = [world.root]
        #expect(Planner.plan(world.trees, rules).consented.isEmpty)
    }

    /// Others in the folder, and the folder itself, stay; what is consented to goes from among them.
    @Test(arguments: [true, false])
    func aFolderStaysForWhatIsHeldInIt(isHere: Bool) {
        var world = SyncWorld()
        let (folder, local) = world.agree("old", nil, in: world.root, world.top)
        for number in 0..<20 { world.agreeFile("\(number)", in: folder, local) }
        let inside = world.synced.filter { $0.key != folder }.sorted { $0.key < $1.key }
        var rules = Self.rules
        rules.guardedCount = 5
        let consented = Set(inside.prefix(3).map(\.key) + [folder])
        if isHere {
            for node in world.below(folder) { world.trash[node] = world.nodes.removeValue(forKey: node) }
            rules.consented.here = consented
        } else {
            for file in world.below(local) { world.files[file] = nil }
            rules.consented.there = consented
        }
        let plan = Planner.plan(world.trees, rules)
        #expect(plan.steps.count == 3 && plan.held.here + plan.held.there == 17)
        for step in plan.steps {
            let isDone = world.carryOut(step)
            #expect(isDone, "\(step)")
        }
        #expect(isHere ? world.files.count == 18 : world.nodes.count == 18)
    }

    /// One by one they are all too many.
    @Test func whatIsDeletedLittleByLittleWaitsOnceItIsMuch() {
        var world = SyncWorld()
        for number in 0..<400 { world.agreeFile("\(number)", in: world.root, world.top) }
        var rules = Self.rules
        var deleted = 0
        while deleted < 400 {
            for file in world.files.keys.sorted().prefix(10) { world.files[file] = nil }
            let plan = Planner.plan(world.trees, rules)
            rules.lately = plan.lately
            guard plan.held.isEmpty else {
                #expect(plan.held.there == 10)
                break
            }
            for step in plan.steps {
                let isDone = world.carryOut(step)
                #expect(isDone, "\(step)")
            }
            deleted += 10
            for node in world.synced.keys where world.nodes[node] == nil { world.synced[node] = nil }
        }
        #expect(deleted == 100)
        #expect(rules.lately.there.count == 100)
        // Some minutes later they do not count any more.
        rules.lately = DeletionSet()
        #expect(Planner.plan(world.trees, rules).steps.count == 10)
    }

    @Test func whatIsBackWasNotDeleted() {
        var world = SyncWorld()
        let (node, _) = world.agreeFile("a", in: world.root, world.top)
        var rules = Self.rules
        rules.lately = DeletionSet(here: [node], there: [node])
        #expect(Planner.plan(world.trees, rules).lately.isEmpty)
    }

    /// A folder that was emptied is asked about, however small it was; that the few files of it are gone may be meant.
    @Test(arguments: [(10, true), (10, false), (11, true), (11, false), (100, true)])
    func whatWouldLeaveNothingWaits(count: Int, isHere: Bool) {
        var world = SyncWorld()
        for number in 0..<count { world.agreeFile("\(number)", in: world.root, world.top) }
        if isHere { world.nodes = [:] } else { world.files = [:] }
        let plan = Planner.plan(world.trees, Self.rules)
        #expect(plan.steps.isEmpty == (count > 10))
        #expect(plan.held.here + plan.held.there == (count > 10 ? count : 0))
    }

    /// Something has come in its place, here or there.
    @Test(arguments: [true, false]) func whatIsNewIsNotWhatIsLeft(isHere: Bool) {
        var world = SyncWorld()
        for number in 0..<22 { world.agreeFile("\(number)", in: world.root, world.top) }
        world.files = [:]
        for number in 0..<100 {
            let content = world.newContent()
            let name = SyncWorld.name("new \(number)")
            if isHere {
                world.addFile(place: SyncPlace(world.top, name), content: content)
            } else {
                world.addNode(place: SyncPlace(world.root, name), content: content)
            }
        }
        let plan = Planner.plan(world.trees, Self.rules)
        #expect(plan.held.there == 22)
        #expect(plan.steps.count == 100)
    }

    /// One of them is enough, wherever it is.
    @Test func whatLeavesSomethingDoesNotWait() {
        var world = SyncWorld()
        for number in 0..<22 { world.agreeFile("\(number)", in: world.root, world.top) }
        let kept = world.agreeFile("kept", in: world.root, world.top)
        world.files = world.files.filter { $0.key == kept.1 }
        #expect(Planner.plan(world.trees, Self.rules).steps.count == 22)
        // It is settled, and nobody looks at it.
        var trees = world.trees
        (trees.remote[kept.0], trees.synced[kept.0], trees.local[kept.1]) = (nil, nil, nil)
        trees.settledCount = 1
        #expect(Planner.plan(trees, Self.rules).steps.count == 22)
    }

    @Test func whatWasDeletedLatelyCountsWithTheLastOfAll() {
        var world = SyncWorld()
        for number in 0..<3 { world.agreeFile("\(number)", in: world.root, world.top) }
        world.files = [:]
        var rules = Self.rules
        rules.lately.there = Set((0..<8).map { _ in world.newNode() })
        #expect(Planner.plan(world.trees, rules).held.there == 3)
    }

    /// However much has come since.
    @Test func whatWasHeldGoesOnWaiting() {
        var world = SyncWorld()
        for number in 0..<300 { world.agreeFile("\(number)", in: world.root, world.top) }
        let gone = world.synced.sorted { $0.key < $1.key }.prefix(2)
        for (_, entry) in gone { world.files[entry.local] = nil }
        var rules = Self.rules
        rules.held.there = [gone[0].key]
        #expect(Planner.plan(world.trees, rules).heldNodes.there == Set(gone.map(\.key)))
        // On the other side it says nothing.
        rules.held = DeletionSet(here: rules.held.there)
        #expect(Planner.plan(world.trees, rules).steps.count == 2)
    }

    @Test func aFewOfManyDoNotWait() {
        var world = SyncWorld()
        for number in 0..<1_000 { world.agreeFile("\(number)", in: world.root, world.top) }
        for node in world.nodes.keys.sorted().prefix(200) { world.nodes[node] = nil }
        #expect(Planner.plan(world.trees, Self.rules).steps.count == 200)
    }
}
