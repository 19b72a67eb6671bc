import Glibc
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// Owns a synced folder on this machine: two agents would each take for a person's what the other does. Given back by the
/// kernel when the process ends, however it ends.
final class SyncFolderLock: Sendable {
    private let file: Descriptor

    /// As ``init(_:)``, of a folder that was never a synced one, perhaps: nil then.
    static func ofAny(_ folder: LocalPath) throws(Problem) -> SyncFolderLock? {
        let own = folder.appending(OwnPart.name)
        return own.withCString { access($0, F_OK) } == 0 ? try SyncFolderLock(folder) : nil
    }

    /// - Throws: ``Problem`` `syncFolderUnfit` when another process has it.
    init(_ folder: LocalPath) throws(Problem) {
        let path = folder.appending(OwnPart.name + Array("/lock".utf8))
        do throws(LocalError) {
            file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC)
        } catch  where error.code == ENOENT {
            throw .lost(folder)
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
