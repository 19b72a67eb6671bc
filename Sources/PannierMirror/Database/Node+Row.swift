internal import Foundation
package import GRDB
package import PannierCore

/// Columns of `nodes` that make a ``Node``, in the order in which ``Node/init(row:)`` reads them.
let nodeColumns = """
    nodes.id, nodes.namespace, nodes.parent, nodes.name, nodes.is_folder, nodes.created, nodes.revision, \
    nodes.changed_at, nodes.changed_by, nodes.trashed_at, nodes.is_shared, nodes.version, nodes.size, nodes.sha256, \
    nodes.modified, nodes.is_executable, nodes.mime_type, nodes.conflicts
    """

extension Node {
    /// Reads ``nodeColumns``.
    init(row: GRDB.Row) throws {
        let isFolder: Bool = row[4]
        self.init(
            id: try row.identifier(0), namespace: try row.identifier(1), parent: try row.optionalIdentifier(2),
            name: try row.nodeName(3), kind: isFolder ? .folder : .file, created: row[5], revision: row[6],
            changedAt: row[7], changedBy: row[8], trashedAt: row[9], isShared: row[10],
            content: isFolder ? nil : try Content(row: row))
    }
}

extension Node.Content {
    fileprivate init(row: GRDB.Row) throws {
        guard let digest = Fingerprint(bytes: try row.bytes(13)), let size: Int64 = row[12],
            let modified: Int64 = row[14], let isExecutable: Bool = row[15], let mimeType: String = row[16]
        else { throw RowDecodingFailure(description: "a file without content") }
        self.init(
            version: try row.identifier(11), size: size, sha256: digest, modified: modified,
            isExecutable: isExecutable, mimeType: mimeType, conflicts: row[17])
    }
}

extension GRDB.Row {
    package func bytes(_ column: Int) throws -> [UInt8] {
        let bytes = try withUnsafeData(atIndex: column) { $0.map { [UInt8]($0) } }
        guard let bytes else { throw RowDecodingFailure(description: "a NULL where bytes must be") }
        return bytes
    }

    package func identifier<Kind>(_ column: Int) throws -> Identifier<Kind> {
        guard let value = Identifier<Kind>(bytes: try bytes(column)) else {
            throw RowDecodingFailure(description: "an id that is not 16 bytes long")
        }
        return value
    }

    package func optionalIdentifier<Kind>(_ column: Int) throws -> Identifier<Kind>? {
        hasNull(atIndex: column) ? nil : try identifier(column)
    }

    package func nodeName(_ column: Int) throws -> NodeName {
        do {
            return try NodeName(bytes: try bytes(column))
        } catch let error as NodeNameError {
            throw RowDecodingFailure(description: "a name that is none: \(error)")
        }
    }

    private func hasNull(atIndex column: Int) -> Bool {
        let value: DatabaseValue = self[column]
        return value.isNull
    }
}

extension Identifier {
    /// As a value of a BLOB column.
    package var blob: DatabaseValue { bytes.blob }
}

extension [UInt8] {
    /// As a value of a BLOB column.
    package var blob: DatabaseValue { Data(self).databaseValue }
}
