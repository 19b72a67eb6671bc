import Glibc
import PannierCore
import PannierTransfer
import Testing

@Suite struct LocalErrorTests {
    @Test func whatCannotBeReadSaysWhatMendsIt() {
        let denied = LocalError(EACCES).reading("/a")
        #expect(denied.title == "“/a” cannot be read: permission denied.")
        #expect(denied.detail == "It was not uploaded. Let yourself read it: `chmod u+r`, for a folder `chmod u+rx`.")
        #expect(LocalError(ENOENT).reading("/a").detail == "It was not uploaded.")
    }
}
