import PannierCore
import PannierMirror
import PannierSync
import Testing

/// The table of the planner, cell by cell, and what was decided where it is silent.
@Suite struct PlannerTests {
    @Test func nothingIsDoneWhereNothingChanged() {
        #expect(Planner.plan(AgreedWorld().world.trees, .laptop) == Plan())
    }

    // MARK: Contents

    @Test func anEditHereIsSent() {
        var agreed = AgreedWorld()
        let new = agreed.world.newContent()
        agreed.world.files[agreed.local]?.content = new
        #expect(
            Planner.plan(agreed.world.trees, .laptop).steps == [
                .uploadVersion(agreed.local, agreed.file, base: agreed.content)
            ])
    }

    @Test func anEditThereIsFetchedAndTheOldFileKept() {
        var agreed = AgreedWorld()
        let new = agreed.world.newContent()
        agreed.world.nodes[agreed.file]?.content = new
        agreed.world.settle()
        #expect(agreed.world.treeHere["notes.txt"] == new)
        #expect(agreed.world.quarantine == [agreed.content])
    }

    @Test func ofTwoEditsTheLaterCommitStandsAndTheOtherIsAVersion() {
        var agreed = AgreedWorld()
        let (mine, theirs) = (agreed.world.newContent(), agreed.world.newContent())
        agreed.world.files[agreed.local]?.content = mine
        agreed.world.nodes[agreed.file]?.content = theirs
        agreed.world.settle()
        #expect(agreed.world.tree["notes.txt"] == mine)
        #expect(agreed.world.versions.contains(theirs))
        #expect(agreed.world.tree.count == 3)
    }

    @Test func equalEditsAreOne() {
        var agreed = AgreedWorld()
        let new = agreed.world.newContent()
        agreed.world.files[agreed.local]?.content = new
        agreed.world.nodes[agreed.file]?.content = new
        let plan = Planner.plan(agreed.world.trees, .laptop)
        let entry = SyncedEntry(
            SyncPlace(agreed.world.root, SyncWorld.name("notes.txt")), content: new, local: agreed.local)
        #expect(plan.steps == [.agree(agreed.file, entry)])
    }

    @Test func anUnreadFileIsReadBeforeItIsSaidToDiffer() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.local]?.isRead = false
        let theirs = agreed.world.newContent()
        agreed.world.nodes[agreed.file]?.content = theirs
        let plan = Planner.plan(agreed.world.trees, .laptop)
        #expect(plan.steps == [.read(agreed.local)] && plan.hasMore)
    }

    /// It may only have been touched, and others may have edited it meanwhile: sent, it would stand over theirs.
    @Test func anUnreadFileIsSentUnreadOnlyWhereItCannotBeWhatItWas() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.local]?.isRead = false
        let same = Planner.plan(agreed.world.trees, .laptop)
        #expect(same.steps == [.read(agreed.local)])
        agreed.world.files[agreed.local]?.content?.size += 1
        let other = Planner.plan(agreed.world.trees, .laptop)
        #expect(other.steps == [.uploadVersion(agreed.local, agreed.file, base: agreed.content)])
    }

    // MARK: Deletions

    @Test func aDeletionHereGoesToTheTrashThere() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.localInside] = nil
        agreed.world.files[agreed.localFolder] = nil
        #expect(Planner.plan(agreed.world.trees, .laptop).steps == [.trashThere(agreed.folder, count: 2)])
        agreed.world.settle()
        #expect(agreed.world.tree == ["notes.txt": agreed.content])
    }

    @Test func aDeletionThereIsMadeHereFromTheBottomUpIntoQuarantine() {
        var agreed = AgreedWorld()
        for node in agreed.world.below(agreed.folder) {
            agreed.world.trash[node] = agreed.world.nodes.removeValue(forKey: node)
        }
        agreed.world.settle()
        #expect(agreed.world.treeHere == ["notes.txt": agreed.content])
        #expect(agreed.world.quarantine.count == 1)
    }

    @Test func anEditWinsOverADeletionOnEitherSide() {
        var agreed = AgreedWorld()
        let (mine, theirs) = (agreed.world.newContent(), agreed.world.newContent())
        agreed.world.trash[agreed.file] = agreed.world.nodes.removeValue(forKey: agreed.file)
        agreed.world.files[agreed.local]?.content = mine
        agreed.world.files[agreed.localInside] = nil
        agreed.world.files[agreed.localFolder] = nil
        agreed.world.nodes[agreed.inside]?.content = theirs
        agreed.world.settle()
        #expect(agreed.world.tree == ["notes.txt": mine, "old": nil, "old/inside.txt": theirs])
        #expect(agreed.world.tree == agreed.world.treeHere)
        // The same file as before, with its older versions.
        #expect(agreed.world.nodes[agreed.file]?.content == mine)
    }

    @Test func aMoveDoesNotSaveWhatWasDeleted() {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.local]?.place.name = SyncWorld.name("moved.txt")
        agreed.world.trash[agreed.file] = agreed.world.nodes.removeValue(forKey: agreed.file)
        agreed.world.files[agreed.localInside] = nil
        agreed.world.nodes[agreed.inside]?.place = SyncPlace(agreed.world.root, SyncWorld.name("out.txt"))
        agreed.world.settle()
        #expect(agreed.world.treeHere == ["old": nil])
        #expect(agreed.world.tree == ["old": nil])
    }

    @Test func aFolderStaysForWhatIsNewInIt() {
        var agreed = AgreedWorld()
        for node in agreed.world.below(agreed.folder) {
            agreed.world.trash[node] = agreed.world.nodes.removeValue(forKey: node)
        }
        let new = agreed.world.newContent()
        let file = agreed.world.newFile()
        agreed.world.files[file] = .init(place: SyncPlace(agreed.localFolder, SyncWorld.name("new.txt")), content: new)
        agreed.world.settle()
        #expect(agreed.world.tree == ["notes.txt": agreed.content, "old": nil, "old/new.txt": new])
    }

    /// A folder that came into the place of one that was known, and in which nobody has looked yet.
    @Test func whatIsMissingInAFolderThatNobodyHasSeenIsNotGone() throws {
        var agreed = AgreedWorld()
        agreed.world.files[agreed.localInside] = nil
        let (new, content) = (agreed.world.newNode(), agreed.world.newContent())
        agreed.world.nodes[new] = .init(
            place: SyncPlace(agreed.folder, SyncWorld.name("new.txt")), content: content)
        var trees = agreed.world.trees
        trees.local[agreed.localFolder]?.isListed = false
        #expect(Planner.plan(trees, .laptop) == Plan())
        trees.local[agreed.localFolder]?.isListed = true
        let steps = Planner.plan(trees, .laptop).steps
        #expect(steps.count == 2 && steps.contains(.trashThere(agreed.inside, count: 1)))
    }

    @Test func withNothingAgreedOnNothingIsDeleted() {
        var agreed = AgreedWorld()
        agreed.world.synced = [:]
        agreed.world.files[agreed.local] = nil
        agreed.world.nodes[agreed.inside] = nil
        agreed.world.settle()
        #expect(Set(agreed.world.tree.keys) == ["notes.txt", "old", "old/inside.txt"])
        #expect(agreed.world.tree == agreed.world.treeHere)
    }
}
