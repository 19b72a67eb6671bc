import Glibc
import PannierCore
import PannierSync
import PannierTransfer
import Synchronization

/// A tree on a disk that cannot do everything.
final class FaultyTree: FileTree {
    enum Fault {
        /// `RENAME_NOREPLACE` is not known.
        case noNoReplace
        /// It is ignored.
        case replaces
        case noExchange
        /// A file gets another number with another name, and at each mount.
        case renumbers
        /// Upper and lower case are the same.
        case mergesNames
    }

    let fault = Mutex<Fault?>(nil)
    private let tree: any FileTree

    init(_ tree: any FileTree) { self.tree = tree }

    private func has(_ fault: Fault) -> Bool { self.fault.withLock { $0 } == fault }

    private func merged(_ path: TreePath) -> TreePath {
        guard has(.mergesNames) else { return path }
        return path.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }

    func move(_ path: TreePath, to target: TreePath) throws(LocalError) {
        if has(.noNoReplace) { throw LocalError(EINVAL) }
        if has(.replaces), try tree.status(target) != nil { try tree.removeFile(target) }
        guard has(.renumbers), let bytes = try tree.read(path), try tree.status(target) == nil else {
            return try tree.move(merged(path), to: merged(target))
        }
        try tree.write(bytes, to: target)
        try tree.removeFile(path)
    }

    func exchange(_ path: TreePath, _ other: TreePath) throws(LocalError) {
        if has(.noExchange) { throw LocalError(EINVAL) }
        try tree.exchange(merged(path), merged(other))
    }

    var keepsNumbers: Bool { !has(.renumbers) }
    func presence() -> TreePresence { tree.presence() }
    func status(_ path: TreePath) throws(LocalError) -> TreeStatus? { try tree.status(merged(path)) }
    func list(_ folder: TreePath, _ body: ([UInt8], TreeStatus) -> Void) throws(LocalError) {
        try tree.list(folder, body)
    }
    func content(of path: TreePath) throws(LocalError) -> TreeContent? { try tree.content(of: merged(path)) }
    func makeFolder(_ path: TreePath) throws(LocalError) { try tree.makeFolder(merged(path)) }
    func removeFolder(_ path: TreePath) throws(LocalError) { try tree.removeFolder(merged(path)) }
    func removeFile(_ path: TreePath) throws(LocalError) { try tree.removeFile(merged(path)) }
    func write(_ bytes: [UInt8], to path: TreePath) throws(LocalError) { try tree.write(bytes, to: merged(path)) }
    func read(_ path: TreePath) throws(LocalError) -> [UInt8]? { try tree.read(merged(path)) }
    func makeOwnFolder(_ path: TreePath) throws(LocalError) { try tree.makeOwnFolder(merged(path)) }
    func copyAccess(from other: TreePath, to path: TreePath) throws(LocalError) {
        try tree.copyAccess(from: merged(other), to: merged(path))
    }
    func sync(_ folders: [TreePath]) throws(LocalError) { try tree.sync(folders) }
    func syncFiles(_ paths: [TreePath]) throws(LocalError) { try tree.syncFiles(paths.map(merged)) }
    func syncDisk() throws(LocalError) { try tree.syncDisk() }
}
