package import PannierCore
package import PannierTransfer

/// A place beneath the synced folder: names joined by slashes, exact bytes; empty is the folder itself.
package typealias TreePath = [UInt8]

/// What tells a file from every other, wherever it is moved: numbers of deleted files are given again, so the time of its
/// birth belongs to it.
package struct TreeIdentity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
    /// Nil where the file system does not keep it.
    package let birth: Nanoseconds?

    package init(device: UInt64, inode: UInt64, birth: Nanoseconds?) {
        self.device = device
        self.inode = inode
        self.birth = birth
    }
}

/// What stands at a place of the disk; of a link, the link itself.
package struct TreeStatus: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case folder
        case file
        /// Never synchronised.
        case link
        /// A pipe, a socket or a device: never synchronised.
        case other
        /// Another file system begins here. What lay at this place before is hidden, and not gone.
        case mount
    }

    package var kind: Kind
    package var identity: TreeIdentity
    /// Names that lead to it, of a file.
    package var links: Int
    /// In bytes; 0 for what is no file.
    package var size: Int64
    package var modified: Nanoseconds
    /// When it last changed in any way (`st_ctime`); nobody can set it.
    package var changed: Nanoseconds
    package var isExecutable: Bool

    package init(
        kind: Kind, identity: TreeIdentity, links: Int = 1, size: Int64 = 0, modified: Nanoseconds,
        changed: Nanoseconds, isExecutable: Bool = false
    ) {
        self.kind = kind
        self.identity = identity
        self.links = links
        self.size = size
        self.modified = modified
        self.changed = changed
        self.isExecutable = isExecutable
    }
}

/// What a file held when it was read to its end, and its state then.
package struct TreeContent: Hashable, Sendable {
    package var digest: Fingerprint
    /// The same before and after the reading, and such that nothing changes unseen from then on.
    package var status: TreeStatus

    package init(digest: Fingerprint, status: TreeStatus) {
        self.digest = digest
        self.status = status
    }
}

/// Whether the folder that was opened is still the one that its path leads to.
package enum TreePresence: Equatable, Sendable {
    case there
    /// No folder stands at its path.
    case missing
    /// Another one does: a new folder, one that a link leads to, or the top of a disk.
    case replaced
    /// The system does not say.
    case unknown(LocalError)
}

/// The disk beneath the synced folder, or a simulated one. Every call blocks, and is one look or one change.
///
/// No call follows a symbolic link, leaves the folder, or crosses into another file system: `ELOOP` or `EXDEV` says that it
/// would have to. Names are bytes. A path that is none (a slash too many, a name that is `.`, a NUL) is `EINVAL`, one with
/// `..` in it `EXDEV`. What a call has changed is durable only after ``sync(_:)`` of the folders whose names it changed;
/// until then a power cut may bring back the state before, of each change by itself.
///
/// Every implementation passes the suite `FileTreeSuite`.
package protocol FileTree: Sendable {
    /// Whether files have the same numbers whenever the disk is mounted.
    var keepsNumbers: Bool { get }

    /// To be asked before what is missing is believed: the tree goes on to tell of the folder that was opened.
    func presence() -> TreePresence

    /// - Returns: nil when nothing stands there, which is so too when a folder on the way is missing or is no folder.
    func status(_ path: TreePath) throws(LocalError) -> TreeStatus?

    /// Everything directly in a folder, in any order; memory for one entry at a time. What comes or goes meanwhile may be
    /// told or not, and what is renamed meanwhile told twice or not at all: a second listing tells.
    /// - Parameter body: a name and what it stands for. Entries that went away before they were looked at are left out.
    /// - Throws: ``LocalError`` as soon as anything could not be told: a listing that returns is complete.
    func list(_ folder: TreePath, _ body: (_ name: [UInt8], _ status: TreeStatus) -> Void) throws(LocalError)

    /// Reads a file to its end.
    /// - Returns: nil when it does not come to rest, or no file stands there.
    func content(of path: TreePath) throws(LocalError) -> TreeContent?

    /// As ``content(of:)``, a piece at a time.
    func reading(of path: TreePath) throws(LocalError) -> any TreeReading

    /// - Throws: `EEXIST`; `ENOENT` without its parent.
    func makeFolder(_ path: TreePath) throws(LocalError)

    /// A folder of pannier's own, which nobody but this user may enter. One that is there already becomes so, as far as it is
    /// this user's.
    /// - Throws: `ENOTDIR` when something else is there; `ENOENT` without its parent.
    func makeOwnFolder(_ path: TreePath) throws(LocalError)

    /// Renames without replacing.
    /// - Throws: `EEXIST` when the target is taken, by the same file too; `ENOENT`; `EINVAL` for a folder into itself.
    func move(_ path: TreePath, to target: TreePath) throws(LocalError)

    /// Lets two places change what stands at them, at once: nobody ever sees one of them empty.
    /// - Throws: `ENOENT` when one is empty; `EINVAL` when one lies in the other.
    func exchange(_ path: TreePath, _ other: TreePath) throws(LocalError)

    /// - Throws: `ENOTEMPTY`; `ENOTDIR`; `ENOENT`.
    func removeFolder(_ path: TreePath) throws(LocalError)

    /// For good: for what is pannier's own alone.
    /// - Throws: `EISDIR`; `ENOENT`.
    func removeFile(_ path: TreePath) throws(LocalError)

    /// A small file of pannier's own: written aside, durable, and renamed over what is there.
    func write(_ bytes: [UInt8], to path: TreePath) throws(LocalError)

    /// A small file of pannier's own.
    /// - Returns: nil when there is none; at most 64 KiB.
    /// - Throws: `EFBIG` when it is larger; `ELOOP`, `EISDIR` or `EINVAL` when it is a link, a folder or a pipe.
    func read(_ path: TreePath) throws(LocalError) -> [UInt8]?

    /// Gives a file the permissions of another one, whose place it is to take: who could not read that one cannot read this
    /// one. Whether it may be executed it keeps; who may execute it is who may read it. Durable when this returns.
    /// - Throws: `ENOENT` when one is not there; `EINVAL` when one is no file.
    func copyAccess(from other: TreePath, to path: TreePath) throws(LocalError)

    /// Makes durable what was changed in these folders, wherever they are by now. After a failure nothing is known of any
    /// of them.
    func sync(_ folders: [TreePath]) throws(LocalError)

    /// Makes durable what files of other programs hold, and that they stand where they do. What is not there any more is
    /// passed over.
    func syncFiles(_ paths: [TreePath]) throws(LocalError)

    /// Makes durable all that anybody has changed on the disk so far.
    func syncDisk() throws(LocalError)
}

extension FileTree {
    package var keepsNumbers: Bool { true }
}
