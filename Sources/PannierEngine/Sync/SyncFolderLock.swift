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
            file = try Self.open(path)
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

    private static let mode: mode_t = 0o600

    private static func open(_ path: LocalPath) throws(LocalError) -> Descriptor {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW
        do throws(LocalError) {
            return try Descriptor.open(path, flags, mode: mode)
        } catch  where error.code == EACCES && letOpen(path) {
            return try Descriptor.open(path, flags, mode: mode)
        }
    }

    /// Earlier versions have made it with a mode that lets nobody open it but root. It stays the same file: another process
    /// may hold it.
    /// - Returns: whether its mode was changed.
    private static func letOpen(_ path: LocalPath) -> Bool {
        path.withCString { name in
            var status = stat()
            guard lstat(name, &status) == 0, status.isRegular, status.st_mode & 0o777 == 0 else { return false }
            return fchmodat(AT_FDCWD, name, mode, AT_SYMLINK_NOFOLLOW) == 0
        }
    }
}
