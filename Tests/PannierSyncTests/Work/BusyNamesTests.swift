import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// Looks at folders in which something is still being written.
@Suite struct BusyNamesTests {
    private let bench: WorkBench
    private let folder = Array("folder".utf8)
    private let log = Array("log".utf8)

    /// Long after everything was written.
    private let wall: Nanoseconds = 2_000_000_000_000

    init() throws {
        bench = try WorkBench()
        try bench.tree.makeFolder(folder)
        try bench.write([1], log)
    }

    private func look(_ work: SyncWork, busy: Set<[UInt8]>) throws {
        let folders = try bench.folders()
        _ = work.perform(
            .look(folders.map { FolderLook($0, busy: $0 == folders.last ? busy : []) }), now: 0, wall: wall)
    }

    /// It keeps its number, and with it its node, its versions and whoever it is shared with.
    @Test func whatIsRenamedWhileItIsWrittenStaysTheSame() throws {
        let work = bench.work()
        for _ in 0..<2 { try look(work, busy: []) }
        let before = try bench.locals()
        #expect(before.count == 1)
        try bench.tree.move(log, to: folder + Array("/log.1".utf8))
        try look(work, busy: [Array("log.1".utf8)])
        _ = work.perform(.prove([LocalID(1)]), now: 0, wall: wall)
        #expect(try bench.locals() == before)
        #expect(try bench.path(of: before[0]) == "folder/log.1")
    }

    /// What is new is not known before it has come to rest.
    @Test func whatIsNewAndBusyIsNotKnown() throws {
        let work = bench.work()
        for _ in 0..<2 { try look(work, busy: []) }
        try bench.write([2], folder + Array("/new".utf8))
        try look(work, busy: [Array("new".utf8)])
        #expect(try bench.locals().count == 1)
        try look(work, busy: [])
        #expect(try bench.locals().count == 2)
    }

    /// An editor has removed it, to write it again.
    @Test func nothingIsConcludedOfBusyNamesWhateverLooks() throws {
        let work = bench.work()
        for _ in 0..<2 { try look(work, busy: []) }
        let before = try bench.locals()
        try bench.tree.removeFile(log)
        let busy: [LocalID: Set<[UInt8]>] = [LocalID(1): [log]]
        for action in [SyncAction.pass(after: LocalID(0)), .pass(after: LocalID(0)), .prove([LocalID(1)])] {
            #expect(try bench.looked(action, work, busy: busy).missing == [])
        }
        #expect(try bench.locals() == before)

        // It was missed once before anybody heard of it.
        #expect(try bench.looked(.look([FolderLook(LocalID(1))]), work).missing == [LocalID(1)])
        #expect(try bench.looked(.prove([LocalID(1)]), work, busy: busy).missing == [])
        #expect(try bench.locals() == before)
        for _ in 0..<2 { try bench.looked(.prove([LocalID(1)]), work) }
        #expect(try bench.locals() == [])
    }
}
