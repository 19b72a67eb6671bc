import PannierCore
import PannierMirror
import PannierSync
import Testing

/// Two things of one name, names that stand apart, and names that are left alone.
@Suite struct PlannerNameTests {
    @Test func twoNewFoldersOfOneNameAreOneAndTwoFilesVersionsOfOne() {
        var world = SyncWorld()
        let (folder, localFolder) = (world.newNode(), world.newFile())
        world.nodes[folder] = .init(place: SyncPlace(world.root, SyncWorld.name("film")))
        world.files[localFolder] = .init(place: SyncPlace(world.top, SyncWorld.name("film")))
        let (mine, theirs) = (world.newContent(), world.newContent())
        world.addNode(place: SyncPlace(folder, SyncWorld.name("cut.mov")), content: theirs)
        world.addFile(place: SyncPlace(localFolder, SyncWorld.name("cut.mov")), content: mine)
        world.settle()
        #expect(world.tree == ["film": nil, "film/cut.mov": mine])
        #expect(world.versions == [theirs])
    }

    @Test func aFileInAFoldersWayIsRenamedAndSaid() {
        var world = SyncWorld()
        world.addNode(place: SyncPlace(world.root, SyncWorld.name("film")))
        let content = world.newContent()
        world.addFile(place: SyncPlace(world.top, SyncWorld.name("film")), content: content)
        world.settle()
        #expect(world.tree == ["film": nil, "film (conflict laptop 2026-01-02)": content])
        #expect(world.tree == world.treeHere)
    }

    /// Also when it was there first: what is below a folder has its name, too.
    @Test func aFileOfTheServerGivesWayToAFolder() {
        var world = SyncWorld()
        let (content, inside) = (world.newContent(), world.newContent())
        world.addNode(place: SyncPlace(world.root, SyncWorld.name("film")), content: content)
        let folder = world.newFile()
        world.files[folder] = .init(place: SyncPlace(world.top, SyncWorld.name("film")))
        world.addFile(place: SyncPlace(folder, SyncWorld.name("cut.mov")), content: inside)
        world.settle()
        #expect(
            world.tree == ["film": nil, "film/cut.mov": inside, "film (conflict laptop 2026-01-02)": content])
        #expect(world.tree == world.treeHere)
    }

    @Test func aTwinInSpellingIsRefusedAndEverythingElseGoesOn() {
        var world = SyncWorld()
        world.agreeFile("caf\u{E9}", in: world.root, world.top)
        let (twin, other) = (world.newFile(), world.newFile())
        let (mine, tea) = (world.newContent(), world.newContent())
        world.files[twin] = .init(place: SyncPlace(world.top, SyncWorld.name("cafe\u{301}")), content: mine)
        world.files[other] = .init(place: SyncPlace(world.top, SyncWorld.name("tea")), content: tea)
        let plan = Planner.plan(world.trees, .laptop)
        #expect(plan.problems == [.twin(twin, of: SyncWorld.name("caf\u{E9}"))])
        world.settle()
        #expect(Set(world.tree.keys) == ["caf\\u{00E9}", "tea"])
        #expect(world.files[twin] != nil)
    }

    @Test func whatIsExcludedIsNeitherSentNorDeletedNorOverwritten() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.localFolder]?.isExcluded = true
        #expect(Planner.plan(agreed.world.trees, .laptop) == Plan())
        let (node, local) = (agreed.world.newNode(), agreed.world.newFile())
        let (mine, theirs) = (agreed.world.newContent(), agreed.world.newContent())
        agreed.world.nodes[node] = .init(
            place: SyncPlace(agreed.world.root, SyncWorld.name("tmp")), content: theirs)
        agreed.world.files[local] = .init(
            place: SyncPlace(agreed.world.top, SyncWorld.name("tmp")), content: mine, isExcluded: true)
        let plan = Planner.plan(agreed.world.trees, .laptop)
        #expect(plan.steps.isEmpty)
        #expect(plan.problems == [.inTheWay(node, local)])
    }

    /// A folder that is ignored here was renamed there, and somebody makes one of its new name.
    @Test func whatFindsItsNameTakenThereIsTold() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.localFolder]?.isExcluded = true
        agreed.world.nodes[agreed.folder]?.place.name = SyncWorld.name("dist")
        #expect(Planner.plan(agreed.world.trees, .laptop) == Plan())
        let folder = agreed.world.newFile()
        agreed.world.files[folder] = .init(place: SyncPlace(agreed.world.top, SyncWorld.name("dist")))
        for text in ["a", "b"] {
            agreed.world.addFile(place: SyncPlace(folder, SyncWorld.name(text)), content: agreed.world.newContent())
        }
        let plan = Planner.plan(agreed.world.trees, .laptop)
        #expect(plan.steps.isEmpty)
        #expect(plan.problems == [.inTheWayThere(folder)])
        agreed.world.files[folder]?.place.name = SyncWorld.name("other")
        agreed.world.settle()
        #expect(agreed.world.tree.keys.contains("other/a"))
    }

    /// What was moved onto such a name is in My Files where it was.
    @Test func whatIsMovedOntoATakenNameIsTold() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.localFolder]?.isExcluded = true
        agreed.world.nodes[agreed.folder]?.place.name = SyncWorld.name("dist")
        agreed.world.files[agreed.local]?.place.name = SyncWorld.name("dist")
        let plan = Planner.plan(agreed.world.trees, .laptop)
        #expect(plan.steps.isEmpty)
        #expect(plan.problems == [.inTheWayThere(agreed.local)])
    }

    /// A file of that name would be sent to be a version of what still stands there, were the move to fail or to take long.
    @Test func aNewFileWaitsForItsNameThere() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.local]?.place.name = SyncWorld.name("notes-old.txt")
        let (new, content) = (agreed.world.newFile(), agreed.world.newContent())
        agreed.world.files[new] = .init(
            place: SyncPlace(agreed.world.top, SyncWorld.name("notes.txt")), content: content)
        let plan = Planner.plan(agreed.world.trees, .laptop)
        #expect(plan.hasMore)
        let place = SyncPlace(SyncItem.node(agreed.world.root), SyncWorld.name("notes-old.txt"))
        #expect(plan.steps == [.moveThere(agreed.file, to: place)])
        agreed.world.settle()
        #expect(agreed.world.tree["notes.txt"] == content)
        #expect(agreed.world.nodes[agreed.file]?.content == agreed.content)
        #expect(agreed.world.versions.isEmpty)
    }

    @Test func whatHasTheNameOfTheOwnPartIsLeftApartAndTold() {
        var agreed = AgreedWorld()
        let folder = agreed.world.newNode()
        agreed.world.nodes[folder] = .init(place: SyncPlace(agreed.world.root, SyncWorld.name(".pannier")))
        agreed.world.addNode(place: SyncPlace(folder, SyncWorld.name("in.txt")), content: agreed.world.newContent())
        let plan = Planner.plan(agreed.world.trees, .laptop)
        #expect(plan.steps.isEmpty)
        #expect(plan.problems == [.reserved(folder)])
    }
}
