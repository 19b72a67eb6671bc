import PannierCore

/// Tells an object from every other that there was and will be.
package struct ObjectID: Hashable, Sendable, Comparable {
    let number: Int

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A file, folder or link.
struct DiskObject {
    enum Kind: Equatable {
        case folder
        case file
        case link([UInt8])
        case pipe
    }

    /// What an object holds, with its times.
    struct State: Equatable {
        var bytes: [UInt8] = []
        var modified: Nanoseconds
        var changed: Nanoseconds
        var isExecutable = false
    }

    let kind: Kind
    let inode: UInt64
    let birth: Nanoseconds
    var state: State
    /// After a power cut. A new file is empty.
    var durable: State
    /// A write failed on its way to the disk, and the kernel has forgotten it: what is made durable from now on is not this.
    var isForgotten = false
    /// Another file system hides what is in it.
    var isCovered = false

    init(_ kind: Kind, inode: UInt64, now: Nanoseconds) {
        self.kind = kind
        self.inode = inode
        birth = now
        state = State(modified: now, changed: now)
        durable = state
    }
}
