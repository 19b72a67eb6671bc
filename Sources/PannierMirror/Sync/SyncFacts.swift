import GRDB
package import PannierCore

/// What is known of one file or folder of the synced folder, in all three trees.
package struct SyncFacts: Sendable {
    /// As it was last observed on this disk.
    package struct Here: Sendable {
        package enum Kind: Sendable {
            case folder, file, excluded
        }

        package var kind: Kind
        /// In bytes.
        package var size: Int64
        /// Nil: it was not read since it changed.
        package var content: SyncContent?
        package var path: LocalPath
        /// How often it was looked for and not found.
        package var missed: Int
        package var isParked: Bool

        package init(
            kind: Kind, size: Int64, content: SyncContent?, path: LocalPath, missed: Int = 0, isParked: Bool = false
        ) {
            self.kind = kind
            self.size = size
            self.content = content
            self.path = path
            self.missed = missed
            self.isParked = isParked
        }
    }

    /// What stands on the disk where nothing was observed.
    package enum Unseen: Sendable, Hashable {
        case nothing, folder, other
        /// In bytes.
        case file(Int64)
        /// It cannot be looked at, and why.
        case unknown(String)
    }

    package var here: Here?
    package var unseen = Unseen.nothing
    /// It is another one by now than was observed.
    package var isOutdated = false
    /// It, or the folder above it here, that is not synchronised.
    package var leftOut: LocalPath?
    /// As the feed has told it; in the trash, too.
    package var there: Node?
    package var therePath: LocalPath?
    /// What both sides last agreed on, and where that was.
    package var agreed: SyncedEntry?
    package var agreedPath: LocalPath?
    package var problems: [Problem] = []
    /// It, or the folder above it, that somebody wants in My Files alone.
    package var onlineOnly: RemotePath?
    /// What the server has now has been fetched, is to come here, and has still to be put in its place.
    package var isFetched = false

    package init() {}

    /// What the server has and this disk has not. Nil for what is known here to be the same, is not to be here, or was not
    /// read since it changed, so that it may be.
    fileprivate var contentToCome: SyncContent? {
        guard onlineOnly == nil, let there, there.trashedAt == nil, let content = there.content.map({ SyncContent($0) })
        else { return nil }
        guard let here else { return content }
        return here.content == nil || here.content == content ? nil : content
    }

    /// Somebody knows of it.
    package var isAnything: Bool {
        here != nil || unseen != .nothing || there != nil || agreed != nil || leftOut != nil
    }
}

extension SyncTransaction {
    /// - Parameter path: below the synced folder; on this disk, or as the server has it.
    package func find(_ path: LocalPath) throws -> (local: LocalID?, node: NodeID?) {
        let known = try local(at: path)
        let node = try known.flatMap { try self.node(of: $0) } ?? remote(at: path)
        return (try known ?? node.flatMap { try self.local(of: $0) }, node)
    }

    package func facts(at path: LocalPath) throws -> SyncFacts {
        let (local, node) = try find(path)
        return try facts(of: local, node, at: path)
    }

    /// - Parameter path: by which it was found.
    package func facts(of local: LocalID?, _ node: NodeID?, at path: LocalPath) throws -> SyncFacts {
        var facts = SyncFacts()
        if let local { facts.here = try here(local) }
        var keys = local.map { ["local \($0.number)", "plan local \($0.number)", "verify local \($0.number)"] } ?? []
        if let node {
            facts.there = try self.node(node)
            facts.therePath = LocalPath(bytes: try remotePath(of: node))
            facts.agreed = try agreement(on: node)
            if let place = facts.agreed?.place { facts.agreedPath = try self.path(of: place) }
            facts.onlineOnly = try folderAbove(orAt: node)
            if let content = facts.contentToCome { facts.isFetched = try fetchedName(of: node, content) != nil }
            keys += ["node \(node)", "plan node \(node)"]
        }
        let leftOut = try node.flatMap { try self.leftOut(orAt: $0) } ?? self.leftOut(orAbove: path)
        facts.leftOut = try leftOut.map { LocalPath(bytes: try self.path(of: $0)) }
        facts.problems = try keys.compactMap { try problem(key: $0) }
        return facts
    }

    package func problem(key: String) throws -> Problem? {
        let text = try String.fetchOne(
            database.cachedStatement(sql: "SELECT problem FROM sync_problems WHERE key = ?"), arguments: [key])
        return try text.map { try SQLText.value(Problem.self, $0) }
    }

    private func here(_ local: LocalID) throws -> SyncFacts.Here? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT kind, size, missing, is_parked FROM sync_local WHERE number = ?"),
            arguments: [local.number])
        guard let row else { return nil }
        let kind: SyncFacts.Here.Kind = row[0] == 0 ? .folder : row[0] == 1 ? .file : .excluded
        return SyncFacts.Here(
            kind: kind, size: row[1], content: try content(of: local), path: LocalPath(bytes: try path(of: local)),
            missed: row[2] ?? 0, isParked: row[3])
    }

    /// What stands at these names.
    private func local(at path: LocalPath) throws -> LocalID? {
        var folder = LocalID(1)
        for name in path.bytes.split(separator: UInt8(ascii: "/")) {
            guard let found = try local(named: Array(name), in: folder) else { return nil }
            folder = found
        }
        return folder.number == 1 ? nil : folder
    }

    /// What is left out on the way to these names, or at them.
    private func leftOut(orAbove path: LocalPath) throws -> LocalID? {
        var folder = LocalID(1)
        for name in path.bytes.split(separator: UInt8(ascii: "/")) {
            guard let found = try local(named: Array(name), in: folder) else { return nil }
            if try isLeftOut(found) == true { return found }
            folder = found
        }
        return nil
    }

    /// Of two the one that was found there last.
    private func local(named name: [UInt8], in folder: LocalID) throws -> LocalID? {
        try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT number FROM sync_local WHERE parent = ? AND name = ? AND number > 1
                    ORDER BY missing IS NOT NULL, number DESC LIMIT 1
                    """), arguments: [folder.number, name.blob]
        ).map { LocalID($0) }
    }

    func remote(at path: LocalPath) throws -> NodeID? {
        // What the server cannot keep is not there.
        guard let path = try? RemotePath(parsing: [UInt8(ascii: "/")] + path.bytes), !path.isRoot else { return nil }
        return try Place.find(path, in: database)?.node.id
    }

    private func path(of place: SyncPlace<NodeID>) throws -> LocalPath {
        let folder = LocalPath(bytes: try remotePath(of: place.parent))
        return folder.bytes.isEmpty
            ? LocalPath(bytes: place.name.bytes) : folder.appending(place.name.bytes)
    }
}
