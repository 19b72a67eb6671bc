internal import Glibc
package import PannierCore
internal import PannierMirror

/// Where copies between two people's trees lie between their two steps: a folder for each, which only this user may look
/// into. All calls block.
package struct CopyStaging: Sendable {
    private let root: LocalPath

    /// - Parameter root: absolute; it is made with the first copy, and nobody else keeps anything in it.
    package init(_ root: LocalPath) { self.root = root }

    package func folder(of copy: TransferID) -> LocalPath { root.appending(Array(copy.description.utf8)) }

    /// Makes a copy's folder, durable under its name, unless it is there.
    func make(for copy: TransferID) throws(Problem) {
        let folder = folder(of: copy)
        try PrivateFolder.make(root.description)
        try PrivateFolder.make(folder.description)
        do throws(LocalError) {
            for path in [folder.folder, root.folder].compactMap({ $0 }) {
                try Durability().file(try Descriptor.open(path, O_RDONLY | O_DIRECTORY))
            }
        } catch {
            throw error.writing(folder.description)
        }
    }

    /// Removes all that a copy has on this disk; nothing of it being there is no error.
    func remove(_ copy: TransferID) throws(Problem) { try remove(Array(copy.description.utf8)) }

    /// Removes what belongs to no copy that goes on.
    func sweep(keeping copies: Set<TransferID>) throws(Problem) {
        let kept = Set(copies.map { Array($0.description.utf8) })
        let all: [[UInt8]]
        do throws(LocalError) {
            all = try Descriptor.open(root, O_RDONLY | O_DIRECTORY).children(limit: .max)
        } catch  where error.code == ENOENT {
            return
        } catch {
            throw error.writing(root.description)
        }
        for name in all where !kept.contains(name) { try remove(name) }
    }

    private func remove(_ name: [UInt8]) throws(Problem) {
        do throws(LocalError) {
            try Descriptor.open(root, O_RDONLY | O_DIRECTORY).remove(name)
        } catch  where error.code == ENOENT {
            return
        } catch {
            throw error.writing(root.appending(name).description)
        }
    }
}

extension Descriptor {
    /// Names in this folder, without `.` and `..`.
    fileprivate func children(limit: Int) throws(LocalError) -> [[UInt8]] {
        // fdopendir takes the descriptor over, and this one keeps its own.
        let copy = try open(beneath: [], O_RDONLY | O_DIRECTORY)
        let owned = fcntl(copy.number, F_DUPFD_CLOEXEC, 0)
        guard owned >= 0 else { throw LocalError(errno) }
        guard let stream = fdopendir(owned) else {
            let error = LocalError(errno)
            close(owned)
            throw error
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while names.count < limit {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw LocalError(errno) }
                break
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
        return names
    }

    /// Removes a child with all that is in it, following no link. Keeps one folder a level open.
    fileprivate func remove(_ name: [UInt8]) throws(LocalError) {
        guard let status = try status(ofChild: name) else { return }
        guard status.isFolder else { return try unlink(name, 0) }
        let folder = try open(beneath: name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        while true {
            // Read anew each time: what a folder tells while things go from it is not said anywhere.
            let names = try folder.children(limit: 1_000)
            if names.isEmpty { break }
            for name in names { try folder.remove(name) }
        }
        try unlink(name, AT_REMOVEDIR)
    }

    private func unlink(_ name: [UInt8], _ flags: Int32) throws(LocalError) {
        let result = LocalPath(bytes: name).withCString { unlinkat(number, $0, flags) }
        if result != 0, errno != ENOENT { throw LocalError(errno) }
    }
}
