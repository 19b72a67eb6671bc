/// What can be wrong with the metadata itself, as opposed to a request. Each says what it means for the data and what
/// to do.
package enum MetadataError: Error, Equatable, CustomStringConvertible {
    /// A later pannier-server has opened this database and changed its tables.
    case tooNew(path: String, found: Int, known: Int)
    /// The file is a database, but not one of pannier-server's.
    case foreign(path: String)
    /// A column holds what no version of this program writes there.
    case unexpectedValue(column: Int, expected: String)
    /// A row that another row refers to is not there.
    case rowMissing(String)
    /// The disk is full: nothing of the transaction was written.
    case diskFull
    /// Another transaction stood in the way for too long.
    case busy

    package var description: String {
        switch self {
        case .tooNew(let path, let found, let known):
            """
            The database \(path) has version \(found); this pannier-server knows versions up to \(known). \
            Nothing was changed and nothing is lost. Start the newer pannier-server that wrote it, or restore a backup \
            made before the update into another folder.
            """
        case .foreign(let path):
            """
            The database \(path) was not made by pannier-server. Nothing was changed. \
            Name another folder with --data, or move that file away.
            """
        case .unexpectedValue(let column, let expected):
            """
            Column \(column) of an answer of the database does not hold \(expected). The metadata may be damaged: \
            stop the server, keep a copy of its folder, and check the disk.
            """
        case .rowMissing(let what):
            """
            The metadata lacks \(what), which another row refers to. It may be damaged: \
            stop the server, keep a copy of its folder, and check the disk.
            """
        case .diskFull: "The disk of the database is full. Nothing was changed, and nothing is lost. Free some space."
        case .busy: "The database is busy. Nothing was changed; try again in a moment."
        }
    }
}
