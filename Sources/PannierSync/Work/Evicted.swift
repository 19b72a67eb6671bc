import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

/// What has left this disk to be on the server alone, in a part of its own. It goes for good after two or three days, when nobody
/// has written to it since, and the server has said after these days that it is still the one that had it, or has it all the
/// same: one that is down may come back as an older one.
struct Evicted {
    /// Of the folder's: the first may have been almost over when it came there. A clock that jumps may make both of them; so as
    /// much must have gone by on the server.
    static let days: Int64 = 2
    private static let time: Milliseconds = days * 86_400_000

    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Before it leaves its place. Of a folder there is nothing to be known.
    func note(_ eviction: Eviction) throws {
        guard let content = eviction.content, let place = eviction.place else { return }
        let feed = try FeedState.read(database)
        let told: Milliseconds = feed?.serverTime ?? 0
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO sync_evicted (name, node, sha256, size, is_executable, modified, epoch, told,
                    parent, called, local, day)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce((SELECT day FROM sync_days), 0))
                """
        ).execute(arguments: [
            Self.name(place).blob, eviction.node.blob, content.digest.bytes.blob, content.size, content.isExecutable,
            eviction.row.state.modified, feed?.epoch, told, eviction.agreed.place.parent.blob,
            eviction.agreed.place.name.bytes.blob, eviction.agreed.local.number,
        ])
    }

    private static func name(_ place: TreePath) -> [UInt8] { Array(place.dropFirst(OwnPart.evicted.count + 1)) }

    /// What is written down to have left while its row says that it stands where it did: work ended before it was known
    /// whether it has.
    func unfinished() throws -> [Unfinished] {
        try database.cachedStatement(
            sql: """
                SELECT evicted.name, evicted.node, evicted.epoch, evicted.parent, evicted.called, evicted.local,
                    evicted.sha256, evicted.size, evicted.is_executable
                FROM sync_evicted AS evicted CROSS JOIN sync_local ON sync_local.number = evicted.local
                WHERE evicted.parent IS NOT NULL AND evicted.called IS NOT NULL
                """
        ).all([], Unfinished.init)
    }

    enum Fate { case stays, goes, isLastCopy, isUnknown }

    /// - Parameter day: of the folder's, today.
    func fate(of name: [UInt8], _ status: TreeStatus, _ day: Int64) throws -> Fate {
        let known = try database.cachedStatement(sql: "SELECT \(Known.columns) FROM sync_evicted WHERE name = ?")
            .first([name.blob], Known.init)
        // The mirror is another one, or lost.
        guard let known else { return .isUnknown }
        guard day - known.day >= Self.days else { return .stays }
        guard known.isAsItWas(status) else { return .isLastCopy }
        guard let isOnServer = try isOnServer(known) else { return .stays }
        return isOnServer ? .goes : .isLastCopy
    }

    /// What may go as far as the server is concerned, by its names, as long as nobody has written to it.
    func unneeded() throws -> [[UInt8]: Known] {
        let day = try Int64.fetchOne(database.cachedStatement(sql: "SELECT day FROM sync_days")) ?? 0
        let all = try database.cachedStatement(sql: "SELECT \(Known.columns), name FROM sync_evicted")
            .all([]) { row in (try Known(row), name: try row.bytes(Known.count)) }
        var unneeded: [[UInt8]: Known] = [:]
        for (known, name) in all where day - known.day >= Self.days {
            if try isOnServer(known) == true { unneeded[name] = known }
        }
        return unneeded
    }

    /// Whether the server has it, or had it until somebody has done something with it there; nil while that is not known.
    private func isOnServer(_ known: Known) throws -> Bool? {
        let sync = SyncTransaction(database)
        guard let feed = try FeedState.read(database), let now = feed.serverTime, now - known.told >= Self.time,
            try sync.isAllTold()
        else { return nil }
        if known.epoch == feed.epoch, try sync.isKnown(known.node) { return true }
        return try sync.isLiving(known.node, holding: known.content)
    }

    func forget(_ name: [UInt8]) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_evicted WHERE name = ?").execute(arguments: [name.blob])
    }

    /// It is not there after all.
    func forget(_ eviction: Eviction) throws { if let place = eviction.place { try forget(Self.name(place)) } }
}

extension Evicted {
    /// A file that may not have left its place.
    struct Unfinished {
        /// Under which it lies where it was to go, if it has.
        var name: [UInt8]
        var node: NodeID
        /// In which the server had it.
        var epoch: Int64?
        /// What both sides agreed on until then.
        var agreed: SyncedEntry

        init(_ row: Columns) throws {
            name = try row.bytes(0)
            node = try row.identifier(1)
            epoch = row[2]
            agreed = SyncedEntry(
                SyncPlace(try row.identifier(3), try row.nodeName(4)), content: try SyncContent(row, from: 6),
                local: LocalID(row[5]))
        }
    }

    /// What is known of a file there.
    struct Known: Sendable {
        var node: NodeID
        /// What the server had, too.
        var content: SyncContent
        var modified: Nanoseconds
        var epoch: Int64?
        /// The server's clock when it had told last before that.
        var told: Milliseconds
        /// Of the folder's, when it came there.
        var day: Int64

        static let columns = "node, modified, epoch, told, day, sha256, size, is_executable"
        static let count = 8

        init(_ row: Columns) throws {
            guard let content = try SyncContent(row, from: 5) else {
                throw RowDecodingFailure(description: "a file without content")
            }
            self.content = content
            node = try row.identifier(0)
            (modified, epoch, told, day) = (row[1], row[2], row[3], row[4])
        }

        /// Nobody has written to it since.
        func isAsItWas(_ status: TreeStatus) -> Bool { modified == status.modified && content.size == status.size }
    }
}
