import Glibc
import PannierChunks
import PannierCore
package import PannierTransfer

extension DiskTree {
    /// Bytes asked of the kernel at once.
    private static let step = 1 << 20
    /// Of a small file of pannier's own.
    static let smallFile = 64 << 10

    package func content(of path: TreePath) throws(LocalError) -> TreeContent? {
        let parts = try TreePathParts(path)
        guard !parts.name.isEmpty, let place = try placeIfThere(parts) else { return nil }
        guard let file = try openFile(at: place) else { return nil }
        // Where it does not come to rest, the state before the reading is nil.
        guard let before = try QuietFile.status(of: file) else { return nil }
        guard let digest = try digest(of: file, size: Int64(before.st_size)) else { return nil }
        let after = try TreeStatus.of(file)
        guard after.size == Int64(before.st_size), after.modified == before.modified, after.changed == before.changed
        else { return nil }
        return TreeContent(digest: digest, status: after)
    }

    /// - Returns: nil when nothing stands there, or no file: opening a device can do things, so that is seen first.
    func openFile(at place: Place) throws(LocalError) -> Descriptor? {
        guard try status(at: place)?.kind == .file else { return nil }
        do throws(LocalError) {
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
            let file = try place.folder.open(beneath: place.name.bytes, flags, onDisk: true)
            return try file.status().isRegular ? file : nil
        } catch  where [ENOENT, ELOOP, ENXIO, EXDEV].contains(error.code) {
            // Something else took its place meanwhile.
            return nil
        }
    }

    /// - Returns: nil when the file is not as long as it was.
    private func digest(of file: Descriptor, size: Int64) throws(LocalError) -> Fingerprint? {
        if size > Int64(Self.step) { posix_fadvise(file.number, 0, 0, POSIX_FADV_SEQUENTIAL) }
        var digest = SHA256Digest()
        // One byte more than there should be: most files are read and found to end in two calls.
        var buffer = [UInt8](repeating: 0, count: min(Self.step, Int(clamping: size) + 1))
        var offset: Int64 = 0
        while true {
            let count = try Self.read(file, &buffer)
            if count == 0 { return offset == size ? digest.finish() : nil }
            offset += Int64(count)
            guard offset <= size else { return nil }
            buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// - Returns: 0 at the end.
    private static func read(_ file: Descriptor, _ buffer: inout [UInt8]) throws(LocalError) -> Int {
        while true {
            let count = Glibc.read(file.number, &buffer, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw LocalError(errno) }
        }
    }

    package func read(_ path: TreePath) throws(LocalError) -> [UInt8]? {
        let parts = try TreePathParts(path)
        guard !parts.name.isEmpty else { throw LocalError(EISDIR) }
        guard let place = try placeIfThere(parts), let file = try openOwnFile(at: place) else { return nil }
        guard try file.status().isRegular else { throw LocalError(try file.status().isFolder ? EISDIR : EINVAL) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: Self.smallFile + 1)
        while true {
            let count = try Self.read(file, &buffer)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= Self.smallFile else { throw LocalError(EFBIG) }
        }
    }

    /// - Returns: nil when nothing stands there.
    private func openOwnFile(at place: Place) throws(LocalError) -> Descriptor? {
        do throws(LocalError) {
            return try place.folder.open(
                beneath: place.name.bytes, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, onDisk: true)
        } catch  where error.code == ENOENT {
            return nil
        } catch  where error.code == ENXIO {
            // A socket.
            throw LocalError(EINVAL)
        }
    }
}
