import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// What is out of the way of something else, for a moment or for long.
extension SyncWork {
    /// Looks into a folder that is out of the way, or lies in one that is: what is known there is found, changed or missed as
    /// anywhere. Which of it is ignored is said where it was and not here, so what is new waits until it is back in its place.
    func listOutOfTheWay(
        _ look: FolderLook, _ moment: Moment, _ outcome: inout LookOutcome
    ) throws -> FolderListing? {
        let known = try mirror.read { database -> (path: TreePath, row: LocalRow, names: Set<[UInt8]>)? in
            guard let path = try SyncTransaction(database).standingPath(of: look.folder),
                let row = try LocalTable(database).row(look.folder), row.kind == .folder
            else { return nil }
            return (path, row, try Self.names(in: look.folder, database))
        }
        guard let (path, row, names) = known else { return nil }
        do throws(LocalError) {
            guard try row.stands(at: path, in: tree) else { return nil }
            let entries = try LookedAt.entries(of: path, in: tree, IgnoreRules(for: path))
            let new = entries.lazy.map(\.name).filter { !names.contains($0) }
            return FolderListing(
                folder: look.folder, entries: entries, busy: look.busy.union(moment.busy(look.folder)).union(new),
                isBeingFilled: true)
        } catch  where error.isOfChange {
            return nil
        } catch {
            try unlisted(look.folder, path, error.looking(path), moment.now, &outcome)
            return nil
        }
    }

    private static func names(in folder: LocalID, _ database: Database) throws -> Set<[UInt8]> {
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(sql: "SELECT name FROM sync_local WHERE parent = ? AND kind <> ?"),
            arguments: [folder.number, FolderListing.Entry.Kind.excluded.rawValue])
        return Set(try rows.map { try $0.bytes(0) })
    }
}
