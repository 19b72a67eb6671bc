internal import Foundation
package import GRDB
package import PannierCore

/// A column by itself is read without a row around it.
extension Identifier: DatabaseValueConvertible, StatementColumnConvertible {
    package var databaseValue: DatabaseValue { blob }

    package static func fromDatabaseValue(_ value: DatabaseValue) -> Self? {
        Data.fromDatabaseValue(value).flatMap { Self(bytes: $0) }
    }

    package init?(sqliteStatement: SQLiteStatement, index: CInt) {
        self.init(bytes: Data(sqliteStatement: sqliteStatement, index: index))
    }
}
