import GRDB

extension EngineHouse {
    /// There is no command for it so far: it is written into the server's database.
    /// - Parameter bytes: nil: as many as there is room for.
    func setQuota(_ bytes: Int64?, of email: String) async throws {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(10)
        let database = try DatabaseQueue(path: data + "/pannier.sqlite", configuration: configuration)
        let changed = try await database.write { database in
            try database.execute(
                sql:
                    "UPDATE namespaces SET quota_bytes = ? WHERE id = (SELECT namespace FROM accounts WHERE email = ?)",
                arguments: [bytes, email])
            return database.changesCount
        }
        try database.close()
        guard changed == 1 else { throw Missed(what: "the namespace of \(email)") }
    }
}
