import Glibc
import PannierCore

/// The folder that holds everything a server has: `keys`, `pannier.sqlite`, `packs`, `lock`, `admin.sock`.
///
/// Whoever has this value holds the lock: one process for one database.
package final class DataFolder: Sendable {
    package let path: String
    package let descriptor: Descriptor
    private let lock: Descriptor

    package var database: String { path + "/pannier.sqlite" }
    package var packs: String { path + "/packs" }
    package static let socketName = "admin.sock"

    /// Opens the folder, making it if it is missing, and takes its lock.
    /// - Throws: ``DataFolderError``, ``SystemCallError``.
    package static func open(_ path: String, make: Bool) throws -> DataFolder {
        if make, mkdir(path, 0o700) == 0 {
            let parent = path.split(separator: "/").count > 1 || path.hasPrefix("/") ? path + "/.." : "."
            try Descriptor.folder(parent).sync()
        }
        return try DataFolder(path)
    }

    private init(_ path: String) throws {
        self.path = path
        guard let folder = try? Descriptor.folder(path) else { throw DataFolderError.missing(path, errno) }
        let status = try folder.status()
        guard status.owner == geteuid() else { throw DataFolderError.ownedByAnother(path) }
        guard status.permissions & 0o022 == 0 else { throw DataFolderError.writableByOthers(path) }
        descriptor = folder
        lock = try Descriptor(at: folder, "lock", O_RDWR | O_CREAT, mode: 0o600)
        if flock(lock.number, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK else { throw SystemCallError("flock", lock.path, code: code) }
            throw DataFolderError.inUse(path)
        }
    }

    /// Whether there is a database already, and with it packs that need the keys.
    package var hasDatabase: Bool { access(database, F_OK) == 0 }

    /// Free bytes for whoever is not root, and the size of the file system.
    package func space() throws(SystemCallError) -> (free: Int64, size: Int64) {
        var status = statvfs()
        try systemCall("fstatvfs", path) { fstatvfs(descriptor.number, &status) }
        let block = Int64(status.f_frsize)
        return (Int64(status.f_bavail) * block, Int64(status.f_blocks) * block)
    }
}

/// Why a data folder cannot be used.
package enum DataFolderError: Error, Equatable, CustomStringConvertible {
    case missing(String, Int32)
    case empty(String)
    case inUse(String)
    case ownedByAnother(String)
    case writableByOthers(String)

    package var description: String {
        switch self {
        case .missing(let path, let code):
            "The data folder \(path) cannot be opened: \(String(cString: strerror(code)))."
        case .empty(let path):
            "There is no server's data in \(path). Start one with `serve`, or add a person with `user add`."
        case .inUse(let path):
            """
            Another pannier-server is using \(path); a folder has one server. Stop it first, or name another folder \
            with --data.
            """
        case .ownedByAnother(let path):
            "The data folder \(path) belongs to another user. Run pannier-server as the user who owns it."
        case .writableByOthers(let path):
            "Others may write to the data folder \(path). Run: chmod 700 \(path)"
        }
    }
}
