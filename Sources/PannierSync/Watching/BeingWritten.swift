package import PannierMirror

/// What is not looked at yet, because it is being written, or was a moment ago.
package struct BeingWritten: Sendable, Hashable {
    package var count: Int
    /// Where the first of them stands; nil: there are too many to say.
    package var folder: LocalID?
    package var name: [UInt8]

    package init(count: Int, folder: LocalID? = nil, name: [UInt8] = []) {
        self.count = count
        self.folder = folder
        self.name = name
    }
}

extension WatchCleaner {
    /// Of more, none is named.
    private static let namedAtMost = 256

    /// What others would have to wait for. What is gone is not among it, nor what pannier has put there.
    package var beingWritten: BeingWritten? {
        guard count > 0 else { return nil }
        guard count <= Self.namedAtMost else {
            let others = folders.values.reduce(0) { $0 + $1.names.values.count { !$0.isOwn } }
            return others > 0 ? BeingWritten(count: others) : nil
        }
        let standing = folders.flatMap { folder, watched in watched.standing.map { (folder, $0) } }
        guard let first = standing.min(by: Self.goesBefore) else { return nil }
        return BeingWritten(count: standing.count, folder: first.0, name: first.1.name)
    }

    /// What is being written first.
    private static func goesBefore(
        _ one: (LocalID, WatchedFolder.Standing), _ other: (LocalID, WatchedFolder.Standing)
    ) -> Bool {
        if one.1.isBeingWritten != other.1.isBeingWritten { return one.1.isBeingWritten }
        if one.0 != other.0 { return one.0 < other.0 }
        return one.1.name.lexicographicallyPrecedes(other.1.name)
    }
}

extension WatchedFolder {
    struct Standing {
        var name: [UInt8]
        var isBeingWritten: Bool
    }

    var standing: [Standing] {
        names.compactMap { name, state in
            state.isGone || state.isOwn ? nil : Standing(name: name, isBeingWritten: state.isBeingWritten)
        }
    }
}
