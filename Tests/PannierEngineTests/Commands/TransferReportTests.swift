import PannierCore
import Testing

@testable import pannier

/// What is said when transfers have ended, and the exit code that goes with it.
@Suite struct TransferReportTests {
    private func ended(
        _ state: TransferState.State, done: Int64 = 0, failed: Int64 = 0, left: Int64 = 0, folders: Int64 = 0,
        bytes: Int64 = 2_000, reused: Int64 = 0, links: Int64 = 0, ran: Milliseconds = 2_000, problem: Problem? = nil,
        _ direction: TransferState.Direction = .upload
    ) -> TransferState {
        var skipped = SkippedItems()
        skipped[.link] = links
        return TransferState(
            id: .random(), direction: direction, state: state, name: "x", local: LocalPath("/x"), remote: .myFiles,
            filesTotal: done + failed + left, filesDone: done, filesFailed: failed, bytesDone: bytes,
            bytesReused: reused, isScanned: true, problem: problem, foldersFailed: folders, skipped: skipped,
            ranMilliseconds: ran)
    }

    @Test func saysWhatIsSo() {
        func summary(_ state: TransferState) -> String { TransferSummary.text(state) }
        #expect(summary(ended(.done, done: 1)) == "x: 1 file put, 2 KB sent in 0:02 (1 KB/s)")
        #expect(
            summary(ended(.done, done: 2, links: 3)) == "x: 2 files put, 2 KB sent in 0:02 (1 KB/s); 3 links left out")
        #expect(summary(ended(.done, bytes: 0, links: 1)) == "x: 0 files put; 1 link left out")
        #expect(summary(ended(.partlyFailed, done: 3, failed: 2)) == "x: 3 files done, 2 could not be done")
        #expect(summary(ended(.failed, failed: 1)) == "x: not done")
        #expect(summary(ended(.failed)) == "x: not done")
        #expect(summary(ended(.failed, left: 1)) == "x: not done")
        #expect(summary(ended(.failed, failed: 4)) == "x: 0 files done, 4 could not be done")
        #expect(
            summary(ended(.partlyFailed, done: 3, folders: 1)) == "x: 3 files done, 1 folder could not be read or made")
        #expect(summary(ended(.failed, done: 3, left: 5)) == "x: 3 files done, 5 not done")
        #expect(summary(ended(.done, done: 1, .download)) == "x: 1 file fetched, 2 KB received in 0:02 (1 KB/s)")
        // Of less than a second no rate is true.
        #expect(summary(ended(.done, done: 1, ran: 40)) == "x: 1 file put, 2 KB sent")
    }

    /// A copy of what somebody else shares says where it comes from and goes to, never where it lies meanwhile.
    @Test func copiesAreToldByTheirEnds() throws {
        var copy = ended(.done, done: 2)
        copy.from = try RemotePath(parsing: "shared:/plans")
        copy.remote = try RemotePath(parsing: "/plans")
        #expect(TransferSummary.text(copy) == "x: 2 files copied, 2 KB sent in 0:02 (1 KB/s)")
        #expect(TransferLine.text(copy).hasSuffix("  shared:/plans → /plans"))
        #expect(JSON.Transfer(copy).from == "shared:/plans" && JSON.Transfer(ended(.done)).from == nil)
        copy = ended(.failed, done: 1, failed: 1, problem: Problem(.notFound, "It has gone."), .download)
        copy.from = try RemotePath(parsing: "shared:/plans")
        #expect(TransferSummary.text(copy) == "x: not copied")
        #expect(TransferReport.cause(of: copy, failures: [.notFound])?.title == "It has gone.")
    }

    /// What was sent and what need not be are never more than there is.
    @Test func noByteIsToldTwice() {
        #expect(
            TransferSummary.text(ended(.done, done: 1, reused: 500))
                == "x: 1 file put, 2 KB sent in 0:02 (750 B/s); the server had 500 B of it")
        #expect(
            TransferSummary.text(ended(.done, done: 4, reused: 2_000))
                == "x: 4 files put; no bytes had to be sent, the server had them")
        #expect(
            TransferSummary.text(ended(.done, done: 4, reused: 2_000, .download))
                == "x: 4 files fetched; no bytes had to be sent, they were here")
    }

    /// A name that was refused before does not hide that the quota is used up.
    @Test func whyItStoppedIsSaidBesidesItsFiles() {
        let full = Problem(.quotaExceeded, "The account's storage is full.")
        let stopped = ended(.failed, failed: 1, left: 3, problem: full)
        #expect(TransferReport.cause(of: stopped, failures: [.nameTwin]) == full)
        #expect(TransferReport.status([stopped], [.nameTwin, .quotaExceeded]) == .noSpace)
        let later = ended(.failed, done: 5, failed: 1, left: 3, problem: full)
        #expect(TransferReport.status([later], [.nameTwin, .quotaExceeded]) == .noSpace)
    }

    @Test func whatIsSaidOfEachFileIsNotSaidAgain() {
        let twin = Problem(.nameTwin, "There is one that looks the same.")
        let all = ended(.failed, failed: 2, problem: twin)
        #expect(TransferReport.cause(of: all, failures: [.nameTwin, .nameTwin]) == nil)
        #expect(TransferReport.status([all], [.nameTwin, .nameTwin]) == .refusedPlace)
        let some = ended(.partlyFailed, done: 1, failed: 1)
        #expect(TransferReport.status([some], [.nameTwin]) == .partlyFailed)
        #expect(TransferReport.status([ended(.done, done: 1)], []) == nil)
        let cancelled = ended(.cancelled, left: 1)
        #expect(TransferReport.cause(of: cancelled, failures: []) == nil)
    }
}
