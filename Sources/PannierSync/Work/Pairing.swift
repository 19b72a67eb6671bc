import Glibc
package import GRDB
package import PannierCore
import PannierMirror
package import PannierTransfer

/// Makes a folder of this disk and My Files one. There is no base then: both sides are united, and nothing is deleted.
package struct Pairing {
    private let tree: any FileTree
    private let path: LocalPath

    /// - Parameter path: absolute, of the tree.
    package init(_ tree: any FileTree, at path: LocalPath) {
        self.tree = tree
        self.path = path
    }

    /// Makes the folder's own part, and tries out whether its disk can do what is needed.
    /// - Parameters:
    ///   - marker: 16 random bytes.
    ///   - disk: names the disk to the person.
    package func prepare(marker: [UInt8], disk: String) throws(Problem) {
        do throws(LocalError) {
            try removeUnfinished()
            for folder in OwnPart.folders { try tree.makeOwnFolder(folder) }
            try tree.sync([[], OwnPart.name])
        } catch {
            throw error.writing(path.description)
        }
        try TreeProbe(tree, disk: disk).run()
        do throws(LocalError) {
            try tree.write(marker, to: OwnPart.marker)
            try tree.sync([OwnPart.name])
        } catch {
            throw error.writing(path.description)
        }
        Failpoint.pairMarked.pass()
    }

    /// Without a marker, folders may be left by an attempt that could not make them durable: to ask for that once more proves
    /// nothing, so they are made anew.
    private func removeUnfinished() throws(LocalError) {
        guard try tree.status(OwnPart.marker) == nil else { return }
        for folder in OwnPart.folders.reversed() {
            do throws(LocalError) { try tree.removeFolder(folder) } catch  where error.isOfChange {}
        }
    }

    /// The pair is to end, and nothing is known of it any more: what was out of the way of another one, or has left to be on
    /// the server alone, goes to where people look, and the folder is one as any other.
    /// - Parameter unneeded: what is removed instead, since the server has it for certain.
    package func release(_ unneeded: EvictedForGood = EvictedForGood()) throws(LocalError) {
        var kept: [(path: TreePath, isFile: Bool)] = []
        try tree.list(OwnPart.parked) { name, status in
            kept.append((OwnPart.parked.appending(name), status.kind != .folder))
        }
        var gone: [TreePath] = []
        // Earlier versions have not made it.
        if try tree.status(OwnPart.evicted) != nil {
            try tree.list(OwnPart.evicted) { name, status in
                let path = OwnPart.evicted.appending(name)
                guard !unneeded.holds(name, status) else { return gone.append(path) }
                kept.append((path, status.kind != .folder))
            }
        }
        for path in gone { try tree.removeFile(path) }
        for (path, isFile) in kept { _ = try tree.putBack(path, isFile: isFile) }
        if try tree.status(OwnPart.marker) != nil { try tree.removeFile(OwnPart.marker) }
    }

    /// Writes the pair down; what was known of an earlier one is forgotten.
    /// - Throws: ``Problem`` `unavailable` while My Files is not known here.
    package func write(marker: [UInt8], _ database: Database) throws {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT number, root FROM views WHERE owner IS NULL"))
        guard let row else { throw Problem.filesNotKnown }
        guard let status = try tree.status([]) else { throw Problem.lost(path) }
        let folder = SyncFolder(path: path, marker: marker, view: row[0], root: try row.identifier(1))
        try SyncFolder.forget(database)
        try folder.write(database)
        try LocalTable(database).insertTop(status)
        try database.cachedStatement(
            sql: "INSERT INTO sync_changed_nodes (node) SELECT id FROM nodes WHERE view = ? AND parent IS NOT NULL"
        ).execute(arguments: [folder.view])
    }
}

extension Problem {
    fileprivate static let filesNotKnown = Problem(
        .serverUnreachable, "What is in My Files is not known here yet.",
        detail: "Nothing was changed. Try again when the server can be reached.", status: 0)
}
