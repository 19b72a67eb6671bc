import CLinux
import Glibc
import PannierCore
package import PannierTransfer

extension DiskTree {
    package func makeFolder(_ path: TreePath) throws(LocalError) {
        let parts = try TreePathParts(path)
        guard !parts.name.isEmpty else { throw LocalError(EEXIST) }
        let place = try place(parts)
        try LocalError.check(place.name.withCString { mkdirat(place.folder.number, $0, 0o777) })
        note(place)
    }

    package func makeOwnFolder(_ path: TreePath) throws(LocalError) {
        let place = try place(try TreePathParts(named: path))
        if place.name.withCString({ mkdirat(place.folder.number, $0, 0o700) }) == 0 { return note(place) }
        guard errno == EEXIST else { throw LocalError(errno) }
        if let kind = try status(at: place)?.kind, ![.folder, .mount].contains(kind) { throw LocalError(ENOTDIR) }
        let (folder, _) = try openFolder(path, O_RDONLY | O_NOFOLLOW)
        let mode = try folder.status().st_mode & 0o7777
        guard mode & 0o077 != 0, fchmod(folder.number, mode & ~0o077) != 0 else { return }
        // It is another user's, or of a file system without modes or that cannot be written.
        guard [EPERM, ENOTSUP, EROFS].contains(errno) else { throw LocalError(errno) }
    }

    package func move(_ path: TreePath, to target: TreePath) throws(LocalError) {
        try rename(path, target, pannier_rename_no_replace)
    }

    package func exchange(_ path: TreePath, _ other: TreePath) throws(LocalError) {
        try rename(path, other, pannier_rename_exchange)
    }

    private typealias Renaming = (Int32, UnsafePointer<CChar>?, Int32, UnsafePointer<CChar>?) -> Int32

    private func rename(_ path: TreePath, _ other: TreePath, _ call: Renaming) throws(LocalError) {
        let from = try place(try TreePathParts(named: path))
        let to = try place(try TreePathParts(named: other))
        let result = from.name.withCString { first in
            to.name.withCString { second in call(from.folder.number, first, to.folder.number, second) }
        }
        try LocalError.check(result)
        note(from)
        note(to)
    }

    package func removeFolder(_ path: TreePath) throws(LocalError) {
        let place = try place(try TreePathParts(named: path))
        do throws(LocalError) {
            try unlink(place, AT_REMOVEDIR)
        } catch  where error.code == EEXIST {
            // POSIX leaves the choice of the two.
            throw LocalError(ENOTEMPTY)
        }
        note(place)
    }

    package func removeFile(_ path: TreePath) throws(LocalError) {
        let place = try place(try TreePathParts(named: path))
        try unlink(place, 0)
        note(place)
    }

    private func unlink(_ place: Place, _ flags: Int32) throws(LocalError) {
        try LocalError.check(place.name.withCString { unlinkat(place.folder.number, $0, flags) })
    }

    // MARK: - Small files

    package func write(_ bytes: [UInt8], to path: TreePath) throws(LocalError) {
        let target = try place(try TreePathParts(named: path))
        let aside = Place(
            folder: target.folder, folderPath: target.folderPath, identity: target.identity,
            name: Self.asideName(target.name.bytes))
        // Left by a process that ended in the midst of this.
        do throws(LocalError) { try unlink(aside, 0) } catch  where error.code == ENOENT {}
        let file = try aside.folder.open(
            beneath: aside.name.bytes, O_WRONLY | O_CREAT | O_EXCL, mode: 0o666, onDisk: true)
        do throws(LocalError) {
            try Self.write(bytes, to: file)
            try durability.file(file)
            try replace(target, with: aside)
        } catch {
            // What cannot be removed now is removed by the next one.
            try? unlink(aside, 0)
            throw error
        }
        note(target)
    }

    private static func asideName(_ name: [UInt8]) -> LocalPath {
        LocalPath(bytes: [UInt8(ascii: ".")] + name.prefix(Limits.nameBytes - 5) + Array(".new".utf8))
    }

    private static func write(_ bytes: [UInt8], to file: Descriptor) throws(LocalError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw LocalError(errno)
            }
        }
    }

    private func replace(_ target: Place, with aside: Place) throws(LocalError) {
        let result = aside.name.withCString { from in
            target.name.withCString { to in renameat(aside.folder.number, from, target.folder.number, to) }
        }
        try LocalError.check(result)
    }
}
