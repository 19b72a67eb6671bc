import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What was moved on either side, and what stands in its way.
@Suite struct PlannerMoveTests {
    @Test func movesGoToTheOtherSide() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.local]?.place = SyncPlace(agreed.localFolder, SyncWorld.name("moved.txt"))
        agreed.world.nodes[agreed.inside]?.place = SyncPlace(agreed.world.root, SyncWorld.name("out.txt"))
        agreed.world.settle()
        #expect(Set(agreed.world.tree.keys) == ["old", "old/moved.txt", "out.txt"])
        #expect(agreed.world.tree == agreed.world.treeHere)
        #expect(agreed.world.nodes[agreed.file]?.content == agreed.content)
    }

    @Test func ofTwoMovesTheServersStands() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.local]?.place.name = SyncWorld.name("mine.txt")
        agreed.world.nodes[agreed.file]?.place.name = SyncWorld.name("theirs.txt")
        agreed.world.settle()
        #expect(agreed.world.treeHere["theirs.txt"] == agreed.content)
        #expect(agreed.world.treeHere["mine.txt"] == nil)
    }

    @Test func aMovedFolderIsOneStepWhateverIsInIt() {
        var world = SyncWorld()
        let (_, local) = world.agree("tree", nil, in: world.root, world.top)
        let node = world.nodes.keys.first ?? world.root
        for number in 0..<1_000 { world.agreeFile("\(number)", in: node, local) }
        world.files[local]?.place.name = SyncWorld.name("forest")
        #expect(Planner.plan(world.trees, .laptop).steps.count == 1)
    }

    @Test func twoNamesAreSwappedOnTheOtherSide() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.local]?.place.name = SyncWorld.name("old")
        agreed.world.files[agreed.localFolder]?.place.name = SyncWorld.name("notes.txt")
        agreed.world.settle()
        #expect(agreed.world.tree["old"] == agreed.content)
        #expect(Set(agreed.world.tree.keys) == ["old", "notes.txt", "notes.txt/inside.txt"])
    }

    @Test func aLongRowOfNamesMovesUpByOne() {
        var world = SyncWorld()
        for number in 0..<3_000 { world.agreeFile("\(number)", in: world.root, world.top) }
        for (file, old) in world.files {
            let number = Int(old.place.name.text) ?? 0
            world.files[file]?.place.name = SyncWorld.name("\(number + 1)")
        }
        let moved = world.trees
        let steps = Planner.plan(moved, .laptop).steps
        let moves = steps.count { if case .moveThere = $0 { true } else { false } }
        #expect(moves == 3_000)
        #expect(steps.count < 3_200)
    }

    @Test func twoMovesThatMakeACircleAreNotBothMade() {
        var world = SyncWorld()
        let (a, localA) = world.agree("a", nil, in: world.root, world.top)
        let (b, localB) = world.agree("b", nil, in: world.root, world.top)
        world.files[localA]?.place.parent = localB
        world.nodes[b]?.place.parent = a
        world.settle()
        #expect(Set(world.treeHere.keys) == ["a", "a/b"])
        #expect(world.tree == world.treeHere)
    }

    @Test func aCopyWhoseOriginalIsGoneIsAMove() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.local] = nil
        // Of the same size, so that it might be the same.
        let copy = agreed.world.newFile()
        agreed.world.files[copy] = .init(
            place: SyncPlace(agreed.localFolder, SyncWorld.name("copy.txt")), content: agreed.content, isRead: false)
        #expect(Planner.plan(agreed.world.trees, .laptop).steps == [.read(copy)])
        agreed.world.settle()
        #expect(agreed.world.nodes[agreed.file]?.place.name == SyncWorld.name("copy.txt"))
        #expect(agreed.world.trash.isEmpty)
    }

    /// Each of many new files may be each of as many that are gone: no more is done than there are of them.
    @Test(.timeLimit(.minutes(1))) func manyOfOneSizeAreComparedOnce() {
        var world = SyncWorld()
        for number in 0..<20_000 {
            let content = SyncContent(digest: Fingerprint(0, 0, 1, UInt64(number)), size: 7, isExecutable: false)
            let (_, local) = world.agree("\(number)", content, in: world.root, world.top)
            let new = world.newFile()
            world.files[new] = .init(
                place: SyncPlace(world.top, SyncWorld.name("new \(number)")), content: content, isRead: false)
            world.files[local] = nil
        }
        let steps = Planner.plan(world.trees, .laptop).steps
        #expect(steps.count { if case .read = $0 { true } else { false } } == 20_000)
        #expect(steps.count == 20_000)
    }
}
