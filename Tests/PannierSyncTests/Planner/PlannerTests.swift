import PannierCore
import PannierMirror
import PannierSync
import Testing

/// The table of the planner, cell by cell, and what was decided where it is silent.
@Suite struct PlannerTests {
    private static let rules = PlanRules(conflictMark: "conflict laptop 2026-01-02")

    /// One file `notes.txt` that both sides agree on, and a folder `old` with a file in it.
    private struct Agreed {
        var world = SyncWorld()
        let file: NodeID
        let local: LocalID
        let folder: NodeID
        let localFolder: LocalID
        let inside: NodeID
        let localInside: LocalID
        let content: SyncContent

        init() {
            content = world.newContent()
            (file, local) = world.agree("notes.txt", content, in: world.root, world.top)
            (folder, localFolder) = world.agree("old", nil, in: world.root, world.top)
            (inside, localInside) = world.agreeFile("inside.txt", in: folder, localFolder)
        }
    }

    private func settle(_ world: inout SyncWorld, _ location: SourceLocation = #_sourceLocation) {
        for _ in 0..<20 {
            let plan = Planner.plan(world.trees, Self.rules)
            if plan.steps.isEmpty { return }
            for step in plan.steps {
                let isDone = world.carryOut(step)
                #expect(isDone, "\(step)", sourceLocation: location)
            }
        }
        Issue.record("no end", sourceLocation: location)
    }

    @Test func nothingIsDoneWhereNothingChanged() {
        #expect(Planner.plan(Agreed().world.trees, Self.rules) == Plan())
    }

    // MARK: Contents

    @Test func anEditHereIsSent() {
        var agreed = Agreed()
        let new = agreed.world.newContent()
        agreed.world.files[agreed.local]?.content = new
        #expect(
            Planner.plan(agreed.world.trees, Self.rules).steps == [
                .uploadVersion(agreed.local, agreed.file, base: agreed.content)
            ])
    }

    @Test func anEditThereIsFetchedAndTheOldFileKept() {
        var agreed = Agreed()
        let new = agreed.world.newContent()
        agreed.world.nodes[agreed.file]?.content = new
        settle(&agreed.world)
        #expect(agreed.world.treeHere["notes.txt"] == new)
        #expect(agreed.world.quarantine == [agreed.content])
    }

    @Test func ofTwoEditsTheLaterCommitStandsAndTheOtherIsAVersion() {
        var agreed = Agreed()
        let (mine, theirs) = (agreed.world.newContent(), agreed.world.newContent())
        agreed.world.files[agreed.local]?.content = mine
        agreed.world.nodes[agreed.file]?.content = theirs
        settle(&agreed.world)
        #expect(agreed.world.tree["notes.txt"] == mine)
        #expect(agreed.world.versions.contains(theirs))
        #expect(agreed.world.tree.count == 3)
    }

    @Test func equalEditsAreOne() {
        var agreed = Agreed()
        let new = agreed.world.newContent()
        agreed.world.files[agreed.local]?.content = new
        agreed.world.nodes[agreed.file]?.content = new
        let plan = Planner.plan(agreed.world.trees, Self.rules)
        let entry = SyncedEntry(
            SyncPlace(agreed.world.root, Self.name("notes.txt")), content: new, local: agreed.local)
        #expect(plan.steps == [.agree(agreed.file, entry)])
    }

    @Test func anUnreadFileIsReadBeforeItIsSaidToDiffer() {
        var agreed = Agreed()
        agreed.world.files[agreed.local]?.isRead = false
        let theirs = agreed.world.newContent()
        agreed.world.nodes[agreed.file]?.content = theirs
        let plan = Planner.plan(agreed.world.trees, Self.rules)
        #expect(plan.steps == [.read(agreed.local)] && plan.hasMore)
    }

    /// It may only have been touched, and others may have edited it meanwhile: sent, it would stand over theirs.
    @Test func anUnreadFileIsSentUnreadOnlyWhereItCannotBeWhatItWas() {
        var agreed = Agreed()
        agreed.world.files[agreed.local]?.isRead = false
        let same = Planner.plan(agreed.world.trees, Self.rules)
        #expect(same.steps == [.read(agreed.local)])
        agreed.world.files[agreed.local]?.content?.size += 1
        let other = Planner.plan(agreed.world.trees, Self.rules)
        #expect(other.steps == [.uploadVersion(agreed.local, agreed.file, base: agreed.content)])
    }

    // MARK: Moves

    @Test func movesGoToTheOtherSide() {
        var agreed = Agreed()
        agreed.world.files[agreed.local]?.place = SyncPlace(agreed.localFolder, Self.name("moved.txt"))
        agreed.world.nodes[agreed.inside]?.place = SyncPlace(agreed.world.root, Self.name("out.txt"))
        settle(&agreed.world)
        #expect(Set(agreed.world.tree.keys) == ["old", "old/moved.txt", "out.txt"])
        #expect(agreed.world.tree == agreed.world.treeHere)
        #expect(agreed.world.nodes[agreed.file]?.content == agreed.content)
    }

    @Test func ofTwoMovesTheServersStands() {
        var agreed = Agreed()
        agreed.world.files[agreed.local]?.place.name = Self.name("mine.txt")
        agreed.world.nodes[agreed.file]?.place.name = Self.name("theirs.txt")
        settle(&agreed.world)
        #expect(agreed.world.treeHere["theirs.txt"] == agreed.content)
        #expect(agreed.world.treeHere["mine.txt"] == nil)
    }

    @Test func aMovedFolderIsOneStepWhateverIsInIt() {
        var world = SyncWorld()
        let (_, local) = world.agree("tree", nil, in: world.root, world.top)
        let node = world.nodes.keys.first ?? world.root
        for number in 0..<1_000 { world.agreeFile("\(number)", in: node, local) }
        world.files[local]?.place.name = Self.name("forest")
        #expect(Planner.plan(world.trees, Self.rules).steps.count == 1)
    }

    @Test func twoNamesAreSwappedOnTheOtherSide() {
        var agreed = Agreed()
        agreed.world.files[agreed.local]?.place.name = Self.name("old")
        agreed.world.files[agreed.localFolder]?.place.name = Self.name("notes.txt")
        settle(&agreed.world)
        #expect(agreed.world.tree["old"] == agreed.content)
        #expect(Set(agreed.world.tree.keys) == ["old", "notes.txt", "notes.txt/inside.txt"])
    }

    @Test func aLongRowOfNamesMovesUpByOne() {
        var world = SyncWorld()
        for number in 0..<3_000 { world.agreeFile("\(number)", in: world.root, world.top) }
        for (file, old) in world.files {
            let number = Int(old.place.name.text) ?? 0
            world.files[file]?.place.name = Self.name("\(number + 1)")
        }
        let moved = world.trees
        let steps = Planner.plan(moved, Self.rules).steps
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
        settle(&world)
        #expect(Set(world.treeHere.keys) == ["a", "a/b"])
        #expect(world.tree == world.treeHere)
    }

    @Test func aCopyWhoseOriginalIsGoneIsAMove() {
        var agreed = Agreed()
        agreed.world.files[agreed.local] = nil
        // Of the same size, so that it might be the same.
        let copy = agreed.world.newFile()
        agreed.world.files[copy] = .init(
            place: SyncPlace(agreed.localFolder, Self.name("copy.txt")), content: agreed.content, isRead: false)
        #expect(Planner.plan(agreed.world.trees, Self.rules).steps == [.read(copy)])
        settle(&agreed.world)
        #expect(agreed.world.nodes[agreed.file]?.place.name == Self.name("copy.txt"))
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
                place: SyncPlace(world.top, Self.name("new \(number)")), content: content, isRead: false)
            world.files[local] = nil
        }
        let steps = Planner.plan(world.trees, Self.rules).steps
        #expect(steps.count { if case .read = $0 { true } else { false } } == 20_000)
        #expect(steps.count == 20_000)
    }

    // MARK: Deletions

    @Test func aDeletionHereGoesToTheTrashThere() {
        var agreed = Agreed()
        agreed.world.files[agreed.localInside] = nil
        agreed.world.files[agreed.localFolder] = nil
        #expect(Planner.plan(agreed.world.trees, Self.rules).steps == [.trashThere(agreed.folder, count: 2)])
        settle(&agreed.world)
        #expect(agreed.world.tree == ["notes.txt": agreed.content])
    }

    @Test func aDeletionThereIsMadeHereFromTheBottomUpIntoQuarantine() {
        var agreed = Agreed()
        for node in agreed.world.below(agreed.folder) {
            agreed.world.trash[node] = agreed.world.nodes.removeValue(forKey: node)
        }
        settle(&agreed.world)
        #expect(agreed.world.treeHere == ["notes.txt": agreed.content])
        #expect(agreed.world.quarantine.count == 1)
    }

    @Test func anEditWinsOverADeletionOnEitherSide() {
        var agreed = Agreed()
        let (mine, theirs) = (agreed.world.newContent(), agreed.world.newContent())
        agreed.world.trash[agreed.file] = agreed.world.nodes.removeValue(forKey: agreed.file)
        agreed.world.files[agreed.local]?.content = mine
        agreed.world.files[agreed.localInside] = nil
        agreed.world.files[agreed.localFolder] = nil
        agreed.world.nodes[agreed.inside]?.content = theirs
        settle(&agreed.world)
        #expect(agreed.world.tree == ["notes.txt": mine, "old": nil, "old/inside.txt": theirs])
        #expect(agreed.world.tree == agreed.world.treeHere)
        // The same file as before, with its older versions.
        #expect(agreed.world.nodes[agreed.file]?.content == mine)
    }

    @Test func aMoveDoesNotSaveWhatWasDeleted() {
        var agreed = Agreed()
        agreed.world.files[agreed.local]?.place.name = Self.name("moved.txt")
        agreed.world.trash[agreed.file] = agreed.world.nodes.removeValue(forKey: agreed.file)
        agreed.world.files[agreed.localInside] = nil
        agreed.world.nodes[agreed.inside]?.place = SyncPlace(agreed.world.root, Self.name("out.txt"))
        settle(&agreed.world)
        #expect(agreed.world.treeHere == ["old": nil])
        #expect(agreed.world.tree == ["old": nil])
    }

    @Test func aFolderStaysForWhatIsNewInIt() {
        var agreed = Agreed()
        for node in agreed.world.below(agreed.folder) {
            agreed.world.trash[node] = agreed.world.nodes.removeValue(forKey: node)
        }
        let new = agreed.world.newContent()
        let file = agreed.world.newFile()
        agreed.world.files[file] = .init(place: SyncPlace(agreed.localFolder, Self.name("new.txt")), content: new)
        settle(&agreed.world)
        #expect(agreed.world.tree == ["notes.txt": agreed.content, "old": nil, "old/new.txt": new])
    }

    // MARK: Names

    @Test func twoNewFoldersOfOneNameAreOneAndTwoFilesVersionsOfOne() {
        var world = SyncWorld()
        let (folder, localFolder) = (world.newNode(), world.newFile())
        world.nodes[folder] = .init(place: SyncPlace(world.root, Self.name("film")))
        world.files[localFolder] = .init(place: SyncPlace(world.top, Self.name("film")))
        let (mine, theirs) = (world.newContent(), world.newContent())
        world.addNode(place: SyncPlace(folder, Self.name("cut.mov")), content: theirs)
        world.addFile(place: SyncPlace(localFolder, Self.name("cut.mov")), content: mine)
        settle(&world)
        #expect(world.tree == ["film": nil, "film/cut.mov": mine])
        #expect(world.versions == [theirs])
    }

    @Test func aFileInAFoldersWayIsRenamedAndSaid() {
        var world = SyncWorld()
        world.addNode(place: SyncPlace(world.root, Self.name("film")))
        let content = world.newContent()
        world.addFile(place: SyncPlace(world.top, Self.name("film")), content: content)
        settle(&world)
        #expect(world.tree == ["film": nil, "film (conflict laptop 2026-01-02)": content])
        #expect(world.tree == world.treeHere)
    }

    /// Also when it was there first: what is below a folder has its name, too.
    @Test func aFileOfTheServerGivesWayToAFolder() {
        var world = SyncWorld()
        let (content, inside) = (world.newContent(), world.newContent())
        world.addNode(place: SyncPlace(world.root, Self.name("film")), content: content)
        let folder = world.newFile()
        world.files[folder] = .init(place: SyncPlace(world.top, Self.name("film")))
        world.addFile(place: SyncPlace(folder, Self.name("cut.mov")), content: inside)
        settle(&world)
        #expect(
            world.tree == ["film": nil, "film/cut.mov": inside, "film (conflict laptop 2026-01-02)": content])
        #expect(world.tree == world.treeHere)
    }

    @Test func aTwinInSpellingIsRefusedAndEverythingElseGoesOn() {
        var world = SyncWorld()
        world.agreeFile("caf\u{E9}", in: world.root, world.top)
        let (twin, other) = (world.newFile(), world.newFile())
        let (mine, tea) = (world.newContent(), world.newContent())
        world.files[twin] = .init(place: SyncPlace(world.top, Self.name("cafe\u{301}")), content: mine)
        world.files[other] = .init(place: SyncPlace(world.top, Self.name("tea")), content: tea)
        let plan = Planner.plan(world.trees, Self.rules)
        #expect(plan.problems == [.twin(twin, of: Self.name("caf\u{E9}"))])
        settle(&world)
        #expect(Set(world.tree.keys) == ["caf\\u{00E9}", "tea"])
        #expect(world.files[twin] != nil)
    }

    @Test func whatIsExcludedIsNeitherSentNorDeletedNorOverwritten() {
        var agreed = Agreed()
        agreed.world.files[agreed.localFolder]?.isExcluded = true
        #expect(Planner.plan(agreed.world.trees, Self.rules) == Plan())
        let (node, local) = (agreed.world.newNode(), agreed.world.newFile())
        let (mine, theirs) = (agreed.world.newContent(), agreed.world.newContent())
        agreed.world.nodes[node] = .init(
            place: SyncPlace(agreed.world.root, Self.name("tmp")), content: theirs)
        agreed.world.files[local] = .init(
            place: SyncPlace(agreed.world.top, Self.name("tmp")), content: mine, isExcluded: true)
        let plan = Planner.plan(agreed.world.trees, Self.rules)
        #expect(plan.steps.isEmpty)
        #expect(plan.problems == [.inTheWay(node, local)])
    }

    /// A folder that is ignored here was renamed there, and somebody makes one of its new name.
    @Test func whatFindsItsNameTakenThereIsTold() {
        var agreed = Agreed()
        agreed.world.files[agreed.localFolder]?.isExcluded = true
        agreed.world.nodes[agreed.folder]?.place.name = Self.name("dist")
        #expect(Planner.plan(agreed.world.trees, Self.rules) == Plan())
        let folder = agreed.world.newFile()
        agreed.world.files[folder] = .init(place: SyncPlace(agreed.world.top, Self.name("dist")))
        for text in ["a", "b"] {
            agreed.world.addFile(place: SyncPlace(folder, Self.name(text)), content: agreed.world.newContent())
        }
        let plan = Planner.plan(agreed.world.trees, Self.rules)
        #expect(plan.steps.isEmpty)
        #expect(plan.problems == [.inTheWayThere(folder)])
        agreed.world.files[folder]?.place.name = Self.name("other")
        settle(&agreed.world)
        #expect(agreed.world.tree.keys.contains("other/a"))
    }

    /// What was moved onto such a name is in My Files where it was.
    @Test func whatIsMovedOntoATakenNameIsTold() {
        var agreed = Agreed()
        agreed.world.files[agreed.localFolder]?.isExcluded = true
        agreed.world.nodes[agreed.folder]?.place.name = Self.name("dist")
        agreed.world.files[agreed.local]?.place.name = Self.name("dist")
        let plan = Planner.plan(agreed.world.trees, Self.rules)
        #expect(plan.steps.isEmpty)
        #expect(plan.problems == [.inTheWayThere(agreed.local)])
    }

    /// A folder that came into the place of one that was known, and in which nobody has looked yet.
    @Test func whatIsMissingInAFolderThatNobodyHasSeenIsNotGone() throws {
        var agreed = Agreed()
        agreed.world.files[agreed.localInside] = nil
        let (new, content) = (agreed.world.newNode(), agreed.world.newContent())
        agreed.world.nodes[new] = .init(
            place: SyncPlace(agreed.folder, Self.name("new.txt")), content: content)
        var trees = agreed.world.trees
        trees.local[agreed.localFolder]?.isListed = false
        #expect(Planner.plan(trees, Self.rules) == Plan())
        trees.local[agreed.localFolder]?.isListed = true
        let steps = Planner.plan(trees, Self.rules).steps
        #expect(steps.count == 2 && steps.contains(.trashThere(agreed.inside, count: 1)))
    }

    /// A file of that name would be sent to be a version of what still stands there, were the move to fail or to take long.
    @Test func aNewFileWaitsForItsNameThere() {
        var agreed = Agreed()
        agreed.world.files[agreed.local]?.place.name = Self.name("notes-old.txt")
        let (new, content) = (agreed.world.newFile(), agreed.world.newContent())
        agreed.world.files[new] = .init(place: SyncPlace(agreed.world.top, Self.name("notes.txt")), content: content)
        let plan = Planner.plan(agreed.world.trees, Self.rules)
        #expect(plan.hasMore)
        #expect(
            plan.steps == [.moveThere(agreed.file, to: SyncPlace(.node(agreed.world.root), Self.name("notes-old.txt")))]
        )
        settle(&agreed.world)
        #expect(agreed.world.tree["notes.txt"] == content)
        #expect(agreed.world.nodes[agreed.file]?.content == agreed.content)
        #expect(agreed.world.versions.isEmpty)
    }

    @Test func whatHasTheNameOfTheOwnPartIsLeftApartAndTold() {
        var agreed = Agreed()
        let folder = agreed.world.newNode()
        agreed.world.nodes[folder] = .init(place: SyncPlace(agreed.world.root, Self.name(".pannier")))
        agreed.world.addNode(place: SyncPlace(folder, Self.name("in.txt")), content: agreed.world.newContent())
        let plan = Planner.plan(agreed.world.trees, Self.rules)
        #expect(plan.steps.isEmpty)
        #expect(plan.problems == [.reserved(folder)])
    }

    @Test func withNothingAgreedOnNothingIsDeleted() {
        var agreed = Agreed()
        agreed.world.synced = [:]
        agreed.world.files[agreed.local] = nil
        agreed.world.nodes[agreed.inside] = nil
        settle(&agreed.world)
        #expect(Set(agreed.world.tree.keys) == ["notes.txt", "old", "old/inside.txt"])
        #expect(agreed.world.tree == agreed.world.treeHere)
    }

    private static func name(_ text: String) -> NodeName { SyncWorld.name(text) }
}

extension SyncWorld {
    /// For names that tests write down.
    static func name(_ text: String) -> NodeName { try! NodeName(text) }

    @discardableResult
    mutating func agreeFile(_ text: String, in folder: NodeID, _ localFolder: LocalID) -> (NodeID, LocalID) {
        let content = newContent()
        return agree(text, content, in: folder, localFolder)
    }

    mutating func agree(
        _ text: String, _ content: SyncContent?, in folder: NodeID, _ localFolder: LocalID
    ) -> (NodeID, LocalID) {
        let (node, local, name) = (newNode(), newFile(), Self.name(text))
        nodes[node] = Node(place: SyncPlace(folder, name), content: content)
        files[local] = File(place: SyncPlace(localFolder, name), content: content)
        synced[node] = SyncedEntry(SyncPlace(folder, name), content: content, local: local)
        return (node, local)
    }
}
