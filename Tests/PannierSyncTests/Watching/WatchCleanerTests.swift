import PannierCore
import PannierMirror
import PannierSync
import Testing

@Suite struct WatchCleanerTests {
    private let folder = LocalID(1)

    private func name(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func event(_ text: String, _ change: NameChange, in number: Int64 = 1) -> WatchEvent {
        .name(name(text), change, in: LocalID(number))
    }

    @Test func nothingIsDueOfNothing() {
        var cleaner = WatchCleaner()
        #expect(cleaner.nextDue() == nil)
        #expect(cleaner.due(now: 10_000).isEmpty)
    }

    @Test func aNameIsToldOnceWhenItHasComeToRest() {
        var cleaner = WatchCleaner()
        cleaner.take([event("a", .touched)], now: 100)
        cleaner.take([event("a", .touched)], now: 1_100)
        #expect(cleaner.nextDue() == 3_100)
        #expect(cleaner.due(now: 3_099).isEmpty)
        let news = cleaner.due(now: 3_100).folders
        #expect(news.map(\.names) == [[name("a")]])
        #expect(news.first?.lastAt == 1_100)
        #expect(cleaner.nextDue() == nil)
    }

    /// People are told what is waited for: what is being written first, and nothing that is gone.
    @Test func whatIsWaitedForIsSaid() {
        var cleaner = WatchCleaner()
        #expect(cleaner.beingWritten == nil)
        cleaner.take([event("a", .closed), event("gone", .removed), event("log", .written, in: 2)], now: 0)
        #expect(cleaner.beingWritten == BeingWritten(count: 2, folder: LocalID(2), name: name("log")))
        _ = cleaner.due(now: 4_000)
        #expect(cleaner.beingWritten == BeingWritten(count: 1, folder: LocalID(2), name: name("log")))
        cleaner.take([event("log", .closed, in: 2)], now: 5_000)
        _ = cleaner.due(now: 9_000)
        #expect(cleaner.beingWritten == nil)
    }

    @Test func whatIsOpenIsBusyAndDoesNotHoldUpTheOthers() {
        var cleaner = WatchCleaner()
        cleaner.take([event("log", .written), event("a", .closed)], now: 0)
        for now in stride(from: Milliseconds(500), to: 4_000, by: 500) {
            cleaner.take([event("log", .written)], now: now)
            #expect(cleaner.due(now: now).isEmpty)
        }
        #expect(cleaner.nextDue() == 4_000)
        let news = cleaner.due(now: 4_000).folders
        #expect(news.map(\.names) == [[name("a")]])
        #expect(news.map(\.busy) == [[name("log")]])
        #expect(cleaner.busy(in: folder, now: 4_000) == [name("log")])
        // Never closed: after a minute without a word it is looked at.
        #expect(cleaner.nextDue() == 63_500)
        #expect(cleaner.due(now: 63_500).folders.map(\.names) == [[name("log")]])
        #expect(cleaner.busy(in: folder, now: 63_500) == [])
    }

    /// A program that writes for ever and closes its file each time.
    @Test func nobodyStarves() {
        var cleaner = WatchCleaner()
        var looks: [FolderNews] = []
        for second in 0..<60 {
            let now = Milliseconds(second * 1_000)
            cleaner.take([event("endless", .written), event("endless", .closed)], now: now)
            if second % 10 == 0 { cleaner.take([event("a\(second)", .closed)], now: now) }
            looks += cleaner.due(now: now).folders
        }
        #expect(looks.count == 6)
        #expect(looks.allSatisfy { $0.names.count == 1 && $0.busy == [name("endless")] })
    }

    @Test func aFileStaysOpenWhereItIsRenamed() {
        var cleaner = WatchCleaner()
        cleaner.take(
            [event("a", .written), event("a", .movedAway(7)), event("b", .movedHere(7), in: 2)], now: 0)
        #expect(cleaner.busy(in: LocalID(2), now: 2_000) == [name("b")])
        #expect(cleaner.due(now: 2_000).folders.map(\.folder) == [folder])
        cleaner.take([event("b", .closed, in: 2)], now: 3_000)
        #expect(cleaner.due(now: 5_000).folders.map(\.folder) == [LocalID(2)])
    }

    /// What has gone may have come elsewhere, as long as both are not told; what was made lately and is gone again was nobody's.
    @Test func halfOfAMoveIsKnownToBeOne() {
        var cleaner = WatchCleaner()
        cleaner.take([event("new", .made), event("new", .written), event("new", .removed)], now: 0)
        #expect(!cleaner.holdsMoved)
        cleaner.take([event("a", .removed)], now: 100)
        #expect(cleaner.holdsMoved)
        _ = cleaner.due(now: 2_100)
        #expect(!cleaner.holdsMoved)
        cleaner.take([event("b", .movedHere(7), in: 2)], now: 3_000)
        #expect(cleaner.holdsMoved)
        _ = cleaner.due(now: 5_000)
        #expect(!cleaner.holdsMoved)
    }

    /// Each is expected once: what somebody else does with the same name counts.
    @Test func whatPannierHasMovedIsHalfOfNoMove() {
        var cleaner = WatchCleaner()
        let mine = [OwnMove(.here, name("a"), in: folder), OwnMove(.away, name("b"), in: folder)]
        cleaner.expect(mine, now: 0)
        cleaner.take([event("a", .movedHere(1)), event("b", .movedAway(2)), event("b", .touched)], now: 10)
        #expect(!cleaner.holdsMoved)
        #expect(cleaner.beingWritten == BeingWritten(count: 1, folder: folder, name: name("b")))
        #expect(cleaner.nextDue() == 2_010, "it is looked at all the same")
        cleaner.take([event("b", .movedHere(3))], now: 20)
        #expect(cleaner.holdsMoved)
        _ = cleaner.due(now: 2_020)
        cleaner.take([event("a", .movedAway(4))], now: 3_000)
        #expect(cleaner.holdsMoved)
    }

    /// Nothing is heard of what is not watched: later on it may be somebody else's.
    @Test func whatIsExpectedIsForgottenAfterAWhile() {
        for (time, isExpected) in [(3_000, true), (10_000, false)] {
            var cleaner = WatchCleaner()
            cleaner.expect([OwnMove(.here, name("a"), in: folder)], now: 2_500)
            cleaner.take([event("a", .movedHere(1))], now: Milliseconds(time))
            #expect(cleaner.holdsMoved == !isExpected)
        }
    }

    /// No file of this name is told before what waits beside it, but not for ever.
    @Test func anEmptyFileWaitsForTheOneBesideIt() {
        var cleaner = WatchCleaner()
        cleaner.take([event("a", .made), event("a", .closed), event("b", .made)], now: 0)
        var now: Milliseconds = 0
        while now < 590_000 {
            now += 10_000
            cleaner.take([event("b", .written)], now: now)
            #expect(cleaner.due(now: now).isEmpty)
        }
        while cleaner.due(now: now).isEmpty, now < 700_000 {
            now += 1_000
            cleaner.take([event("b", .written)], now: now)
        }
        #expect(now == 602_000)
    }

    @Test func afterAnOverflowEverythingIsLookedAtOnceItIsCalm() {
        var cleaner = WatchCleaner()
        cleaner.take([event("a", .touched), event("b", .written, in: 2), .overflow], now: 0)
        cleaner.take([.overflow], now: 1_000)
        #expect(cleaner.due(now: 2_999).isEverything == false)
        let news = cleaner.due(now: 3_000)
        #expect(news.isEverything && news.folders.isEmpty)
        #expect(cleaner.busy(in: LocalID(2), now: 3_000) == [name("b")])
        #expect(cleaner.nextDue() == 60_000)
    }

    @Test func anOverflowWithoutAnEnd() {
        var cleaner = WatchCleaner()
        var now: Milliseconds = 0
        while now < 100_000, !cleaner.due(now: now).isEverything {
            cleaner.take([.overflow], now: now)
            now += 1_000
        }
        #expect(now == 60_000)
    }

    @Test func tooManyNamesOfAFolderAreOnlyKnownToBeMore() {
        var limits = WatchCleaner.Limits()
        limits.namesOfFolder = 2
        var cleaner = WatchCleaner(limits: limits)
        cleaner.take(["a", "b", "c", "a"].map { event($0, .touched) }, now: 0)
        let news = cleaner.due(now: 2_000).folders
        #expect(news.map(\.names) == [[name("a"), name("b")]])
        #expect(news.first?.hasMore == true)
        #expect(cleaner.nextDue() == nil)
    }

    @Test func tooManyOfAllAreEverything() {
        var limits = WatchCleaner.Limits()
        limits.names = 10
        var cleaner = WatchCleaner(limits: limits)
        cleaner.take((0..<11).map { event("\($0)", .touched, in: Int64($0 % 3 + 1)) }, now: 0)
        #expect(cleaner.nextDue() == 2_000)
        let news = cleaner.due(now: 2_000)
        #expect(news.isEverything && news.folders.isEmpty)
        // What was told is forgotten: it does not count again.
        for round in 1...5 {
            cleaner.take((0..<9).map { event("\($0)", .touched) }, now: Milliseconds(round) * 10_000)
            #expect(cleaner.due(now: Milliseconds(round) * 10_000 + 2_000).folders.first?.names.count == 9)
        }
    }

    @Test func aFolderThatWasMovedItselfIsTold() {
        var cleaner = WatchCleaner()
        cleaner.take([.itself(LocalID(3)), event("a", .touched, in: 4)], now: 0)
        cleaner.forget(LocalID(4))
        let news = cleaner.due(now: 2_000).folders
        #expect(news.map(\.folder) == [LocalID(3)])
        #expect(news.first?.isItself == true && news.first?.names == [])
        #expect(cleaner.nextDue() == nil)
    }
}
