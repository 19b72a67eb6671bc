internal import GRDB
package import PannierCore

/// Files and folders that are deleted on each side, or are to be, by their nodes.
package struct DeletionSet: Hashable, Sendable {
    package var here: Set<NodeID>
    package var there: Set<NodeID>

    package init(here: Set<NodeID> = [], there: Set<NodeID> = []) {
        self.here = here
        self.there = there
    }

    package var isEmpty: Bool { here.isEmpty && there.isEmpty }

    package func subtracting(_ other: DeletionSet) -> DeletionSet {
        DeletionSet(here: here.subtracting(other.here), there: there.subtracting(other.there))
    }
}

// What people have said of deletions, what waits for a word of theirs, and what was deleted lately without one. Times by
// this machine's clock.
extension SyncTransaction {
    /// How long a person's word holds for what has not come to be deleted.
    private static let consentFor: Nanoseconds = 86_400_000_000_000
    /// How far ahead of a plan's time a word may be that was said since the plan began: before it is made, all of a disk may
    /// have to become durable.
    private static let ahead: Nanoseconds = 600_000_000_000
    /// How long deletions without a word count together.
    private static let lately: Nanoseconds = 600_000_000_000

    // MARK: Consent

    /// What a person wants deleted, however much it is.
    package func consented() throws -> DeletionSet { try read("sync_consent") }

    package func consent(to deletions: DeletionSet, at now: Nanoseconds) throws {
        try write(deletions, into: "sync_consent", at: now)
    }

    /// What is done, or is not to be done any more: later deletions of the same are others.
    package func forgetConsent(to deletions: DeletionSet) throws { try remove(deletions, from: "sync_consent") }

    // MARK: Held

    /// What the last plan has held, which waits for a person's word.
    package func held() throws -> DeletionSet { try read("sync_held") }

    package func hold(_ deletions: DeletionSet) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO sync_held (side, node) VALUES (?, ?) ON CONFLICT DO NOTHING")
        for (side, nodes) in deletions.sides {
            for node in nodes { try statement.execute(arguments: [side, node.blob]) }
        }
    }

    /// Somebody has said something of it, or it is back.
    package func forgetHeld(_ deletions: DeletionSet) throws { try remove(deletions, from: "sync_held") }

    // MARK: Lately

    /// What was let go without a word within the last minutes.
    package func deletedLately() throws -> DeletionSet { try read("sync_deleted") }

    package func deletesNow(_ deletions: DeletionSet, at now: Nanoseconds) throws {
        try write(deletions, into: "sync_deleted", at: now)
    }

    package func forgetDeleted(_ deletions: DeletionSet) throws { try remove(deletions, from: "sync_deleted") }

    /// Of these, what is agreed on as it stands on both sides: it was not deleted, or is back.
    /// - Parameter isKnown: whether the caller has looked at a node itself.
    package func deletedAndBack(isKnown: (NodeID) -> Bool) throws -> DeletionSet {
        let rows = try GRDB.Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT side, sync_deleted.node FROM sync_deleted JOIN sync_agreed USING (node)"))
        var back = DeletionSet()
        while let row = try rows.next() {
            let node: NodeID = try row.identifier(1)
            if !isKnown(node) { back.insert(node, onSide: row[0]) }
        }
        return back
    }

    /// While some wait for a person, time does not pass for those before them: what is held stays held until somebody says
    /// something, or puts it back.
    package func stayDeletedLately(here: Bool, there: Bool, at now: Nanoseconds) throws {
        // Not at every look.
        let statement = try database.cachedStatement(sql: "UPDATE sync_deleted SET at = ?1 WHERE side = ?2 AND at < ?3")
        for (side, isHeld) in [(0, here), (1, there)] where isHeld {
            try statement.execute(arguments: [now, side, now - Self.lately / 10])
        }
    }

    /// What is past counts no more. What a clock has stamped that is far ahead of this one is past, too, where it is a word; a
    /// deletion that is ahead of it was now.
    package func forgetPastDeletions(_ now: Nanoseconds) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_consent WHERE at NOT BETWEEN ? AND ?")
            .execute(arguments: [now - Self.consentFor, now + Self.ahead])
        try database.cachedStatement(sql: "UPDATE sync_deleted SET at = ?1 WHERE at > ?1").execute(arguments: [now])
        try database.cachedStatement(sql: "DELETE FROM sync_deleted WHERE at < ?").execute(arguments: [
            now - Self.lately
        ])
    }

    // MARK: Rows

    private func read(_ table: String) throws -> DeletionSet {
        let rows = try GRDB.Row.fetchCursor(database.cachedStatement(sql: "SELECT side, node FROM \(table)"))
        var found = DeletionSet()
        while let row = try rows.next() { found.insert(try row.identifier(1), onSide: row[0]) }
        return found
    }

    private func write(_ deletions: DeletionSet, into table: String, at now: Nanoseconds) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO \(table) (side, node, at) VALUES (?, ?, ?)
                ON CONFLICT (side, node) DO UPDATE SET at = excluded.at
                """)
        for (side, nodes) in deletions.sides {
            for node in nodes { try statement.execute(arguments: [side, node.blob, now]) }
        }
    }

    private func remove(_ deletions: DeletionSet, from table: String) throws {
        let statement = try database.cachedStatement(sql: "DELETE FROM \(table) WHERE side = ? AND node = ?")
        for (side, nodes) in deletions.sides {
            for node in nodes { try statement.execute(arguments: [side, node.blob]) }
        }
    }
}

extension DeletionSet {
    /// As the tables number them: 0 here, 1 there.
    fileprivate var sides: [(Int, Set<NodeID>)] { [(0, here), (1, there)] }

    fileprivate mutating func insert(_ node: NodeID, onSide side: Int) {
        if side == 0 { here.insert(node) } else { there.insert(node) }
    }
}
