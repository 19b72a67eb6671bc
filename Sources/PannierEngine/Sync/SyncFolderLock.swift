import Glibc
import PannierCore
import PannierMirror
import PannierTransfer

/// Owns a synced folder on this machine: two agents would each take for a person's what the other does. Given back by the
/// kernel when the process ends, however it ends.
final class SyncFolderLock: Sendable {
    private let file: Descriptor

    /// - Throws: ``Problem`` `syncFolderUnfit` when another process has it.
    init(_ folder: LocalPath) throws(Problem) {
        let path = folder.appending(OwnPart.name + Array("/lock".utf8))
        do throws(LocalError) {
            file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC)
        } catch {
            throw error.writing(path.description)
        }
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw LocalError(errno).writing(path.description) }
            throw Problem(
                .syncFolderUnfit, "“\(folder)” is kept the same as My Files by another profile of this machine.",
                detail:
                    "Nothing was changed. Stop it there first (`pannier --profile NAME sync --stop`), or choose another "
                    + "folder.",
                status: 0)
        }
    }
}
