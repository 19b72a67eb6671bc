import Glibc
import PannierCore
package import PannierTransfer

extension DiskTree {
    /// Of a small file of pannier's own.
    static let smallFile = 64 << 10

    package func content(of path: TreePath) throws(LocalError) -> TreeContent? {
        let reading = try reading(of: path)
        while true {
            var bytes = Int.max
            if case .end(let content) = try reading.next(&bytes) { return content }
        }
    }

    package func reading(of path: TreePath) throws(LocalError) -> any TreeReading {
        let parts = try TreePathParts(path)
        guard !parts.name.isEmpty, let place = try placeIfThere(parts), let file = try openFile(at: place) else {
            return NoReading()
        }
        return try DiskReading(file) ?? NoReading()
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

    package func read(_ path: TreePath) throws(LocalError) -> [UInt8]? {
        let parts = try TreePathParts(path)
        guard !parts.name.isEmpty else { throw LocalError(EISDIR) }
        guard let place = try placeIfThere(parts), let file = try openOwnFile(at: place) else { return nil }
        guard try file.status().isRegular else { throw LocalError(try file.status().isFolder ? EISDIR : EINVAL) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: Self.smallFile + 1)
        while true {
            let count = try DiskReading.read(file, &buffer)
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
