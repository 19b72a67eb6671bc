import Glibc
import GRDB
import NIOCore
import PannierCore
import PannierServer
import Testing

@Suite struct ProblemMappingTests {
    private func code(_ error: any Error) -> Problem.Code { Problem(describing: error, requestID: "r").code }

    @Test func aFullDiskIsSaidWhereverItIsMet() {
        #expect(code(SystemCallError("write", "x", code: ENOSPC)) == .storageFull)
        #expect(code(SystemCallError("write", "x", code: EDQUOT)) == .storageFull)
        #expect(code(MetadataError.diskFull) == .storageFull)
        #expect(StoreError(describing: SystemCallError("write", "x", code: ENOSPC)).status == 507)
        #expect(Problem(describing: MetadataError.diskFull, requestID: "r").status == 507)
    }

    @Test func surprisesNameTheirRequest() {
        let problem = Problem(describing: SystemCallError("write", "x", code: EIO), requestID: "abc123")
        #expect(problem.code == .internalError)
        #expect(problem.detail?.contains("abc123") == true)
        #expect(!problem.description.contains("write"), "nothing of our insides crosses the wire")
        #expect(StoreError(describing: SystemCallError("write", "x", code: EIO)).code == "InternalError")
    }

    @Test func others() {
        #expect(code(Problem(.cycle, "x")) == .cycle)
        #expect(code(NIOTooManyBytesError(maxBytes: 1)) == .tooLarge)
        #expect(code(CancellationError()) == .unavailable)
        #expect(code(MetadataError.busy) == .unavailable)
        #expect(code(DatabaseError(resultCode: .SQLITE_CORRUPT)) == .internalError)
    }

    @Test func xmlIsEscaped() {
        let text = StoreError(400, "Code", "a < b & \"c\"").xml(resource: "/<script>", requestID: "r")
        #expect(text.contains("<Message>a &lt; b &amp; &quot;c&quot;</Message><Resource>/&lt;script&gt;</Resource>"))
    }
}
