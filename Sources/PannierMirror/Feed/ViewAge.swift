package import GRDB
package import PannierCore

/// When anything in a view was changed last, by the server's clock.
package struct ViewAge: Sendable, Hashable {
    package var view: ViewID
    /// Nil: nothing is known of it yet.
    package var newestChange: Milliseconds?

    package init(_ view: ViewID, newestChange: Milliseconds?) {
        self.view = view
        self.newestChange = newestChange
    }

    /// Of all views that may be seen.
    package static func read(_ database: Database) throws -> [ViewAge] {
        try GRDB.Row.fetchAll(database.cachedStatement(sql: "SELECT id, newest_change FROM views ORDER BY number"))
            .map { ViewAge(try $0.identifier(0), newestChange: $0[1]) }
    }
}
