import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

/// A row of `sync_local`.
struct LocalRow {
    var local: LocalID
    var parent: LocalID
    var name: [UInt8]
    var kind: FolderListing.Entry.Kind
    var state: State
    var isParked: Bool
    /// Looks that have not found it at its place.
    var missing: Int

    /// What the disk says of it.
    struct State: Hashable {
        var inode: Int64
        var birth: Nanoseconds?
        var links: Int64
        var size: Int64
        var modified: Nanoseconds
        var changed: Nanoseconds
        var isExecutable: Bool
    }

    static let columns = """
        number, parent, name, kind, inode, birth, links, size, modified, changed, is_executable, is_parked, missing
        """

    init(_ row: Columns) throws {
        local = LocalID(row[0])
        parent = LocalID(row[1])
        name = try row.bytes(2)
        guard let kind = FolderListing.Entry.Kind(rawValue: row[3]) else {
            throw RowDecodingFailure(description: "a kind of file that is none")
        }
        self.kind = kind
        state = State(
            inode: row[4], birth: row[5], links: row[6], size: row[7], modified: row[8], changed: row[9],
            isExecutable: row[10])
        isParked = row[11]
        missing = row[12] ?? 0
    }
}

extension LocalRow {
    /// Whether a path leads to this very folder. Paths are made of what was known, and a person may have moved it since.
    func stands(at path: TreePath, in tree: any FileTree) throws(LocalError) -> Bool {
        guard let status = try tree.status(path), status.kind == .folder else { return false }
        return state.isSame(as: State(status, .folder))
    }

    /// Whether what stands under the name is what was known there. The number of a file that is gone may be a new folder's;
    /// what is left out of all, or no longer, stays what it is.
    func isSame(as entry: FolderListing.Entry, _ state: State) -> Bool {
        let isOfSameKind = kind == entry.kind || kind == .excluded || entry.kind == .excluded
        return isOfSameKind && self.state.isSame(as: state)
    }
}

extension LocalRow.State {
    init(_ entry: FolderListing.Entry) { self.init(entry.status, entry.kind) }

    /// Folders change with all that is in them, which says nothing about them.
    init(_ status: TreeStatus, _ kind: FolderListing.Entry.Kind) {
        let isFile = kind == .file
        self.init(
            inode: Int64(bitPattern: status.identity.inode), birth: status.identity.birth,
            links: isFile ? Int64(status.links) : 1, size: isFile ? status.size : 0,
            modified: isFile ? status.modified : 0, changed: isFile ? status.changed : 0,
            isExecutable: isFile && status.isExecutable)
    }

    /// Whether what stands under the name is the file that was known there.
    func isSame(as other: Self) -> Bool { inode == other.inode && (birth == other.birth || isOfUnknownBirth(other)) }

    /// Whether what stands elsewhere is the file that was known here. Numbers of deleted files are given again; without a
    /// time of birth only a file that has not changed otherwise is taken for the same. One with several names may be
    /// there and here.
    func isSameElsewhere(as other: Self, isFolder: Bool) -> Bool {
        guard inode == other.inode, links == 1, other.links == 1 else { return false }
        if isOfUnknownBirth(other) { return isFolder || size == other.size && modified == other.modified }
        return birth == other.birth
    }

    private func isOfUnknownBirth(_ other: Self) -> Bool { birth == nil || other.birth == nil }

    /// It holds what it held. The kernel's own time of change counts: nobody can set that.
    func holdsSame(as other: Self) -> Bool {
        size == other.size && modified == other.modified && changed == other.changed
    }

    /// It is the file that it was before it was moved, and holds what it held: moving alone changes the time of its last
    /// change.
    func holdsMoved(_ before: Self) -> Bool {
        isSame(as: before) && size == before.size && modified == before.modified
    }
}
