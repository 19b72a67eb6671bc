package import PannierCore

/// A file or folder of the synced folder as it was found on this disk; kept while it is the same file there (device,
/// inode and birth time), wherever it is moved.
package struct LocalID: Hashable, Sendable, Comparable {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What a file holds, as far as synchronising goes: a new date alone is no change.
package struct SyncContent: Hashable, Sendable {
    package var digest: Fingerprint
    /// In bytes.
    package var size: Int64
    package var isExecutable: Bool

    package init(digest: Fingerprint, size: Int64, isExecutable: Bool) {
        self.digest = digest
        self.size = size
        self.isExecutable = isExecutable
    }
}

/// Where something stands: the folder and the name in it.
package struct SyncPlace<Folder: Hashable & Sendable>: Hashable, Sendable {
    package var parent: Folder
    package var name: NodeName

    package init(_ parent: Folder, _ name: NodeName) {
        self.parent = parent
        self.name = name
    }
}

/// A living node of the server's tree, as the feed has told it.
package struct RemoteEntry: Hashable, Sendable {
    /// Where people see it.
    package var place: SyncPlace<NodeID>
    /// Nil for folders.
    package var content: SyncContent?
    /// We have put it out of the way of another one, under a name of ours; `place` is where it was before.
    package var isParked: Bool

    package init(_ place: SyncPlace<NodeID>, content: SyncContent?, isParked: Bool = false) {
        self.place = place
        self.content = content
        self.isParked = isParked
    }
}

/// What both sides last agreed on: committed there and durable here.
package struct SyncedEntry: Hashable, Sendable {
    package var place: SyncPlace<NodeID>
    /// Nil for folders.
    package var content: SyncContent?
    /// The file that it was here.
    package var local: LocalID

    package init(_ place: SyncPlace<NodeID>, content: SyncContent?, local: LocalID) {
        self.place = place
        self.content = content
        self.local = local
    }
}

/// A file or folder as it was last observed on this disk.
package struct LocalEntry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case folder
        case file(LocalContent)
        /// Nothing of it is sent: ignored, or nothing that can be synchronised. Its name is taken all the same, and its
        /// folder is not empty.
        case excluded
    }

    package enum LocalContent: Hashable, Sendable {
        case known(SyncContent)
        /// It was changed and not read since. With its size in bytes.
        case unread(Int64)
    }

    package var place: SyncPlace<LocalID>
    package var kind: Kind
    /// We have put it out of the way of another one, into the folder's own part; `place` is where it was before.
    package var isParked: Bool
    /// Of a folder: all that is in it was seen once.
    package var isListed: Bool

    package init(_ place: SyncPlace<LocalID>, _ kind: Kind, isParked: Bool = false, isListed: Bool = true) {
        self.place = place
        self.kind = kind
        self.isParked = isParked
        self.isListed = isListed
    }

    package var isFolder: Bool { kind == .folder }

    /// What is in it is not known: nothing is gone because it is not known there.
    package var isClosed: Bool { kind == .excluded || isFolder && !isListed }

    /// In bytes; nil for what is no file.
    package var size: Int64? {
        switch kind {
        case .file(.known(let content)): content.size
        case .file(.unread(let size)): size
        case .folder, .excluded: nil
        }
    }

    package var content: SyncContent? {
        if case .file(.known(let content)) = kind { content } else { nil }
    }
}
