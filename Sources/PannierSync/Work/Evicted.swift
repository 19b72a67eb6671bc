import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

/// What has left this disk to be on the server alone, in a part of its own. It goes for good after a day or two, when nobody
/// has written to it since, and the server has said after these days that it is still the one that had it, or has it all the
/// same: one that is down may come back as an older one.
struct Evicted {
    /// The first may have been almost over when it came there.
    static let days: Int64 = 2
    private static let time: Milliseconds = days * 86_400_000

    private let database: Database

    init(_ database: Database) { self.database = database }

    /// - Parameter place: where it is now.
    func note(_ eviction: Eviction, at place: TreePath) throws {
        guard let content = eviction.content else { return }
        let feed = try FeedState.read(database)
        let told: Milliseconds = feed?.serverTime ?? 0
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO sync_evicted (name, node, sha256, size, is_executable, modified, epoch, told, day)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, coalesce((SELECT day FROM sync_days), 0))
                """
        ).execute(arguments: [
            Self.name(place).blob, eviction.node.blob, content.digest.bytes.blob, content.size, content.isExecutable,
            eviction.row.state.modified, feed?.epoch, told,
        ])
    }

    private static func name(_ place: TreePath) -> [UInt8] { Array(place.dropFirst(OwnPart.evicted.count + 1)) }

    enum Fate { case stays, goes, isLastCopy, isUnknown }

    /// - Parameter day: of the folder's, today.
    func fate(of name: [UInt8], _ status: TreeStatus, _ day: Int64) throws -> Fate {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT day, modified, node, epoch, told, sha256, size, is_executable FROM sync_evicted WHERE name = ?
                    """), arguments: [name.blob])
        // Work has ended between moving it and writing that down.
        guard let row, let content = try SyncContent(row, from: 5) else { return .isUnknown }
        let (came, modified, epoch): (Int64, Nanoseconds, Int64?) = (row[0], row[1], row[3])
        guard day - came >= Self.days else { return .stays }
        guard modified == status.modified, content.size == status.size else { return .isLastCopy }
        let (sync, told): (SyncTransaction, Milliseconds) = (SyncTransaction(database), row[4])
        guard let feed = try FeedState.read(database), let now = feed.serverTime, now - told >= Self.time,
            try sync.isAllTold()
        else { return .stays }
        let node: NodeID = try row.identifier(2)
        // Whatever has become of it there since, somebody wanted that.
        if epoch == feed.epoch, try sync.isKnown(node) { return .goes }
        return try sync.isLiving(node, holding: content) ? .goes : .isLastCopy
    }

    func forget(_ name: [UInt8]) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_evicted WHERE name = ?").execute(arguments: [name.blob])
    }

    /// More than a day has gone by at once, or the clock has jumped: nobody knows which.
    func keepLonger() throws { try database.cachedStatement(sql: "UPDATE sync_evicted SET day = day + 1").execute() }
}
