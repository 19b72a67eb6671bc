import Glibc
import PannierChunks
import PannierCore
package import PannierSync
package import PannierTransfer

extension SimulatedTree {
    /// Of a small file of pannier's own.
    private static let smallFile = 64 << 10
    /// A file must have rested for so long: two ticks of the slowest clock.
    private static let rest: Nanoseconds = 20_000_000
    private static let rounds = 3

    package func content(of path: TreePath) throws(LocalError) -> TreeContent? {
        guard let (content, _) = try contentAndBytes(of: path) else { return nil }
        return content
    }

    /// As ``content(of:)``, with what was read.
    package func contentAndBytes(
        of path: TreePath
    ) throws(LocalError) -> (content: TreeContent, bytes: [UInt8])? {
        let parts = try TreePathParts(path)
        try meanwhile()
        looked = path
        guard !parts.name.isEmpty, let object = try placeIfThere(parts)?.object, disk.status(object)?.kind == .file,
            let before = try restedState(of: object)
        else { return nil }
        // It stays open, whatever becomes of its name.
        let digest = SHA256Digest.of(before.bytes)
        try meanwhile()
        guard let after = disk.objects[object]?.state, after == before, let status = disk.status(object) else {
            return nil
        }
        return (TreeContent(digest: digest, status: status), before.bytes)
    }

    /// Waits until the next change must have another time.
    private func restedState(of object: ObjectID) throws(LocalError) -> DiskObject.State? {
        for _ in 0..<Self.rounds {
            guard let before = disk.objects[object]?.state else { return nil }
            let age = disk.clock.now - before.changed
            guard (0..<Self.rest).contains(age), !before.bytes.isEmpty else { return before }
            disk.clock.advance(Self.rest - age)
            try meanwhile()
            if disk.objects[object]?.state == before { return before }
        }
        return nil
    }

    package func read(_ path: TreePath) throws(LocalError) -> [UInt8]? {
        let parts = try TreePathParts(path)
        guard !parts.name.isEmpty else { throw LocalError(EISDIR) }
        try meanwhile()
        looked = path
        guard let object = try placeIfThere(parts)?.object, let found = disk.objects[object] else { return nil }
        switch found.kind {
        case .folder: throw LocalError(EISDIR)
        case .link: throw LocalError(ELOOP)
        case .pipe: throw LocalError(EINVAL)
        case .file:
            guard found.state.bytes.count <= Self.smallFile else { throw LocalError(EFBIG) }
            return found.state.bytes
        }
    }
}
