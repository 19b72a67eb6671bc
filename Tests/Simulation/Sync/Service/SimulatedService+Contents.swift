import GRDB
import PannierChunks
import PannierCore
import PannierMirror

/// A position in the journal. The same revision of another epoch is another one.
struct ServicePlace: Equatable {
    var epoch: Int64?
    var revision: Revision?
}

// What a check looks at.
extension SimulatedService {
    func place() throws -> ServicePlace {
        let epoch = try database.read {
            try Int64.fetchOne($0.cachedStatement(sql: "SELECT value FROM meta WHERE name = 'epoch'"))
        }
        return ServicePlace(epoch: epoch, revision: try head())
    }

    /// Of the journal.
    func head() throws -> Revision? {
        try database.read { try Revision.fetchOne($0.cachedStatement(sql: "SELECT head FROM namespaces")) }
    }

    /// The pieces of every version.
    func manifests(_ database: Database) throws -> [VersionID: [Fingerprint]] {
        var found: [VersionID: [Fingerprint]] = [:]
        for row in try GRDB.Row.fetchAll(database.cachedStatement(sql: "SELECT id FROM versions")) {
            found[try row.identifier(0)] = []
        }
        for row in try GRDB.Row.fetchAll(
            database.cachedStatement(sql: "SELECT version, chunks FROM manifests ORDER BY version, first"))
        {
            let bytes = try row.bytes(1)
            for start in stride(from: 0, to: bytes.count, by: Manifest.entryBytes) {
                guard let fingerprint = Fingerprint(bytes: bytes[start..<start + 32]) else { continue }
                found[try row.identifier(0), default: []].append(fingerprint)
            }
        }
        return found
    }
}
