import Glibc
import PannierCore

/// The folder that holds everything a server has: `keys`, `pannier.sqlite`, `packs`, `lock`, `admin.sock`.
///
/// Whoever has this value holds the lock: one process for one database.
package final class DataFolder: Sendable {
    package let path: String
    package let descriptor: Descriptor
    private let lock: Descriptor

    package var database: String { path + "/" + Self.databaseName }
    package var packs: String { path + "/" + Self.packsName }
    package static let socketName = "admin.sock"
    private static let databaseName = "pannier.sqlite"
    private static let packsName = "packs"
    private static let lockName = "lock"

    /// What a server makes; `lost+found` belongs to the file system.
    private static let ownNames: Set<String> = [
        KeyFile.name, KeyFile.temporaryName, databaseName, "\(databaseName)-wal", "\(databaseName)-shm",
        "\(databaseName)-journal", packsName, lockName, socketName, "lost+found",
    ]

    /// Opens a server's folder and takes its lock.
    /// - Parameter make: whether a folder that is missing or empty becomes one. Without it nothing at all is made in a
    ///   folder that is not a server's.
    /// - Throws: ``DataFolderError``, ``SystemCallError``.
    package static func open(_ path: String, make: Bool) throws -> DataFolder {
        if make, mkdir(path, 0o700) == 0 {
            let parent = path.split(separator: "/").count > 1 || path.hasPrefix("/") ? path + "/.." : "."
            try Descriptor.folder(parent).sync()
        }
        let folder: Descriptor
        do {
            folder = try Descriptor.folder(path)
        } catch {
            throw DataFolderError.missing(path, error.code)
        }
        if make {
            let others = try FolderListing.names(in: folder).filter { !ownNames.contains($0) }
            guard others.isEmpty || isServers(folder) else {
                throw DataFolderError.holdsOthers(path, others.sorted()[0])
            }
        } else {
            guard isServers(folder) else { throw DataFolderError.empty(path) }
        }
        return try DataFolder(folder)
    }

    /// Whether a server has been here: its keys or its database are there.
    private static func isServers(_ folder: Descriptor) -> Bool {
        [KeyFile.name, databaseName].contains(where: { (name: String) in faccessat(folder.number, name, F_OK, 0) == 0 })
    }

    private init(_ folder: Descriptor) throws {
        path = folder.path
        let status = try folder.status()
        guard status.owner == geteuid() else { throw DataFolderError.ownedByAnother(path) }
        guard status.permissions & 0o022 == 0 else { throw DataFolderError.writableByOthers(path) }
        descriptor = folder
        lock = try Descriptor(at: folder, Self.lockName, O_RDWR | O_CREAT, mode: 0o600)
        if flock(lock.number, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK else { throw SystemCallError("flock", lock.path, code: code) }
            throw DataFolderError.inUse(path)
        }
    }

    /// Gives the lock back, when nothing in the folder is open any more. Letting go of this value does so, too, but nobody
    /// knows when its last owner ends.
    package func release() { flock(lock.number, LOCK_UN) }

    /// Whether there is a database already, and with it packs that need the keys.
    package var hasDatabase: Bool { access(database, F_OK) == 0 }

    /// Refuses to begin anew beside packs whose database has gone: a new one would not know of any of them.
    /// - Throws: ``DataFolderError/databaseMissing(_:)``, ``SystemCallError``.
    package func requireDatabaseForPacks() throws {
        guard !hasDatabase,
            let packs = try Descriptor.ifPresent(at: descriptor, Self.packsName, O_RDONLY | O_DIRECTORY),
            try FolderListing.hasName(in: packs, where: { $0 != DirectoryBlobStore.temporaryFolder })
        else { return }
        throw DataFolderError.databaseMissing(path)
    }

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
    /// Neither keys nor a database: nothing of a server's.
    case empty(String)
    /// Not a server's, and not empty: something else lies there.
    case holdsOthers(String, String)
    /// Keys or packs, but no database.
    case databaseMissing(String)
    case inUse(String)
    case ownedByAnother(String)
    case writableByOthers(String)

    package var description: String {
        switch self {
        case .missing(let path, let code):
            """
            There is no pannier data folder at \(path): \(String(cString: strerror(code))). Nothing was made. Check \
            --data\(code == ENOENT ? "; a new folder is made by `serve`" : "").
            """
        case .empty(let path):
            """
            There is no pannier data folder here: \(path) holds neither keys nor a database. Nothing was made. Check \
            --data; a new folder is made by `serve`.
            """
        case .holdsOthers(let path, let name):
            """
            \(path) is not a pannier data folder and not empty: it holds \(SafeText(name).text). Nothing was made. Name \
            a folder that is empty or not there yet with --data.
            """
        case .databaseMissing(let path):
            """
            There is no database in the data folder \(path), though a server has been there. Without it nobody knows \
            what the packs hold. Put pannier.sqlite back from a backup; nothing was changed.
            """
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
