import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// What people were told of ends with its reason.
@Suite struct SettledProblemsTests {
    private let bench: WorkBench
    private let account: BenchAccount
    private let full = Problem(.localDiskFull, "There is no room.")

    init() throws {
        bench = try WorkBench()
        account = BenchAccount(bench)
    }

    private func report(_ key: String) throws {
        try bench.mirror.write { [full] in try SyncTransaction($0).report(full, key: key, path: []) }
    }

    @Test func whatSomebodyWantsOnTheServerAloneNeedsNoRoomHere() throws {
        let node = try account.make("film", [1])
        try account.settle()
        try report("node \(node.id)")
        #expect(try account.settle().hasProblems)
        try bench.mirror.write { database in
            let above = try SyncTransaction(database).keep(node.id, isOnlineOnly: true)
            #expect(above == nil)
        }
        #expect(try !account.settle().hasProblems)
        #expect(try account.problems() == [])
    }

    @Test func whatWasDeletedThereIsNotFetchedAnyMore() throws {
        let node = try account.make("film", [1])
        try report("node \(node.id)")
        try account.settle()
        #expect(try account.problems() == ["node \(node.id)"])
        try account.trash(node)
        try account.settle()
        #expect(try account.problems() == [])
    }

    /// A deletion that could not be carried out here, and was taken back there.
    @Test func whatWasPutBackWaitsForNothing() throws {
        try account.make("a", [1])
        try account.write([1], "a")
        try account.settle()
        let local = try #require(try bench.locals().first)
        try report("local \(local.number)")
        try account.settle()
        #expect(try account.problems() == [])
    }

    @Test func whatStillDiffersIsToldOn() throws {
        try account.write([1], "new")
        try account.settle()
        let local = try #require(try bench.locals().first)
        try report("local \(local.number)")
        #expect(try account.settle().hasProblems)
    }

    @Test func whatCanBeReadAgainIsNoProblem() throws {
        try account.write([1], "new")
        let made = try account.settle()
        let local = try #require(try bench.locals().first)
        try report("local \(local.number)")
        try bench.person.append([2], Array("new".utf8))
        for folder in try bench.folders() {
            _ = account.work.perform(.look([FolderLook(folder)]), now: 0, wall: BenchAccount.wall)
        }
        _ = account.work.perform(.read([local]), now: 0, wall: BenchAccount.wall)
        #expect(try account.problems() == [])
        #expect(made.parts.uploads.count == 1)
    }

    /// Only a look knows whether that has changed.
    @Test func whatIsLeftOutIsToldOn() throws {
        try bench.write([1], Array("line\nbreak".utf8))
        try account.settle()
        #expect(try account.problems().count == 1)
        #expect(try !account.settle().hasProblems)
        #expect(try account.problems().count == 1)
    }

    // MARK: Reading anew

    private func verify() throws {
        var after: LocalID? = LocalID(0)
        while let next = after {
            guard case .verified(let end)? = account.work.perform(.verify(after: next), now: 0, wall: 0) else { return }
            after = end
        }
    }

    /// No plan ends it; a file that holds something else by now, or reads well again, does.
    @Test func whatWasDamagedIsToldUntilItIsWell() throws {
        try account.make("a", [1])
        try account.write([1], "a")
        try account.settle()
        let local = try #require(try bench.locals().first)
        let digest = try bench.mirror.read { try SyncTransaction($0).content(of: local)?.digest }
        func know(_ digest: [UInt8]) throws {
            try bench.mirror.write {
                try $0.execute(
                    sql: "UPDATE sync_local SET sha256 = ? WHERE number = ?",
                    arguments: [digest.blob, local.number])
            }
        }
        try know([UInt8](repeating: 9, count: 32))
        try verify()
        let key = "verify local \(local.number)"
        #expect(try account.problems() == [key])
        try account.settle()
        #expect(try account.problems() == [key])
        // By the trigger: it is known to hold something else.
        try know(try #require(digest?.bytes))
        #expect(try account.problems() == [])
        try report(key)
        try verify()
        #expect(try account.problems() == [])
    }

    @Test func whatIsGoneIsNotToldOf() throws {
        try account.write([1], "a")
        try account.settle()
        let local = try #require(try bench.locals().first)
        try report("verify local \(local.number)")
        try account.remove("a")
        try account.settle()
        #expect(try account.problems() == [])
    }

    // MARK: Online only

    /// It cannot go, and that is said.
    @Test func aFolderThatHoldsWhatIsIgnoredStays() throws {
        let folder = try account.make("build", nil)
        try account.makeFolder("build")
        try account.write([1], "build/x.o")
        try account.write(Array("*.o\n".utf8), ".pannierignore")
        try account.settle()
        try bench.mirror.write { database in
            let above = try SyncTransaction(database).keep(folder.id, isOnlineOnly: true)
            #expect(above == nil)
        }
        let made = try account.settle()
        #expect(made.parts.here.isEmpty && made.hasProblems)
        #expect(try account.problems() == ["plan node \(folder.id)"])
        try account.remove("build/x.o")
        #expect(try account.settle().parts.here.count == 1)
        #expect(try account.problems() == [])
    }
}
