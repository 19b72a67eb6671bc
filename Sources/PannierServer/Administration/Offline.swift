package import Logging

/// Administration while no server runs: the command opens the folder itself, under its lock.
package enum Offline {
    /// Never makes a folder, keys or a database: only `serve` does.
    /// - Throws: ``DataFolderError/inUse(_:)`` when a server runs, and all that keeps one from starting.
    package static func perform(
        _ request: AdminRequest, in data: String, logger: Logger
    ) async throws -> AdminAnswer {
        let folder = try DataFolder.open(data, make: false)
        do {
            return try await perform(request, in: folder, logger)
        } catch  where request.isDoctor {
            return .findings([Doctor.idle, Doctor.finding(of: error)])
        }
    }

    private static func perform(
        _ request: AdminRequest, in folder: DataFolder, _ logger: Logger
    ) async throws -> AdminAnswer {
        let (keys, _) = try KeyFile.open(in: folder.descriptor, mayCreate: false)
        guard folder.hasDatabase else { throw DataFolderError.databaseMissing(folder.path) }
        let metadata = try SQLiteMetadataStore(path: folder.database)
        let parts = try ServiceParts(
            folder: folder, keys: keys, metadata: metadata, options: ServerOptions(data: folder.path), logger: logger)
        let answer = await parts.administration(isServing: false).perform(request)
        try await parts.end()
        try metadata.close()
        folder.release()
        return answer
    }

    /// By the running server, or by this process where none runs. One that is starting or stopping is waited for.
    package static func performAnywhere(
        _ request: AdminRequest, in data: String, logger: Logger
    ) async throws -> AdminAnswer {
        let end = ContinuousClock.now + .seconds(5)
        while true {
            do {
                return try await perform(request, in: data, logger: logger)
            } catch DataFolderError.inUse {
                do {
                    return try AdminClient.ask(request, in: data)
                } catch AdminClientError.noServer(let code) {
                    guard ContinuousClock.now < end else { throw AdminClientError.noServer(code) }
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
        }
    }
}
