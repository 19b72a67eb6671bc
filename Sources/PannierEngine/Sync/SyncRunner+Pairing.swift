import Glibc
import Logging
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

// Which folder is the synced one.
extension SyncRunner {
    /// Pairs the folder with My Files. One that was paired and is not to be found is let go for that; where it stands under
    /// another path now, it goes on from there.
    /// - Throws: ``Problem`` `syncFolderUnfit`, or that another one is paired.
    func pair(_ path: LocalPath) async throws(Problem) {
        let result: Result<Void, Problem> = await inTurn { runner in
            do throws(Problem) {
                try await runner.pairInTurn(path)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        await look()
        try result.get()
    }

    private func pairInTurn(_ path: LocalPath) async throws(Problem) {
        if let paired {
            if try await Self.marker(at: paired.path) == paired.marker {
                guard paired.path == path else { throw .otherFolderPaired(paired.path) }
                return await open()
            }
            try await check(path)
            if try await Self.marker(at: path) == paired.marker { return try await goOn(at: path) }
        }
        try await pairAnew(path)
        try await transfers.syncQueueChanged()
    }

    /// Nil: there is none, or the folder is not there.
    /// - Throws: why nobody knows. A folder whose marker cannot be read is not one without.
    static func marker(at path: LocalPath) async throws(Problem) -> [UInt8]? {
        try await BlockingThread.run { () throws(Problem) in
            do throws(LocalError) {
                return try DiskTree(path).read(OwnPart.marker)
            } catch  where error.isOfNothingThere {
                return nil
            } catch {
                throw error.reading(path.description)
            }
        }
    }

    private func check(_ path: LocalPath) async throws(Problem) {
        let check = SyncFolderCheck(mirror.paths)
        try await BlockingThread.run { () throws(Problem) in try check.check(path) }
    }

    /// The folder was moved as a whole: what was agreed on holds.
    private func goOn(at path: LocalPath) async throws(Problem) {
        let mirror = mirror
        try await reopening { () throws(Problem) in
            try await mirror.write { database in
                guard var folder = try SyncFolder.read(database) else { return }
                folder.path = path
                try folder.write(database)
            }
        }
    }

    private func pairAnew(_ path: LocalPath) async throws(Problem) {
        let marker = (0..<16).map { _ in UInt8.random(in: 0...255) }
        try await check(path)
        let pairing = try await BlockingThread.run { () throws(Problem) in
            let tree = try SyncFolderCheck.tree(at: path)
            if let inner = InnerFolders(tree).first() { throw .holdsSynced(path, LocalPath(bytes: inner)) }
            // Whoever has the folder would take it for another one when its marker changes.
            let lock = try SyncFolderLock.ofAny(path)
            defer { withExtendedLifetime(lock) {} }
            let pairing = Pairing(tree, at: path)
            let disk = tree.fileSystemName.map { "\(path) (\($0))" } ?? path.description
            try pairing.prepare(marker: marker, disk: disk)
            return pairing
        }
        try await reopening { () throws(Problem) in
            try await mirror.write { database in
                // Of a folder that is lost.
                try SyncTransfers(database).cancelAll()
                try pairing.write(marker: marker, database)
            }
        }
    }

    /// Ends the pairing; what is on both sides stays.
    func unpair() async throws(Problem) {
        guard let paired else { throw .noSyncedFolder }
        let (mirror, transfers) = (mirror, transfers)
        try await closed { () throws(Problem) in
            let unneeded = try await mirror.write { database in
                try SyncTransfers(database).cancelAll()
                let unneeded = try EvictedForGood(database)
                try SyncFolder.forget(database)
                return unneeded
            }
            try await transfers.syncQueueChanged()
            await self.letGo(paired, unneeded)
        }
    }

    /// The pair ends, whatever ends it: what was out of the way of another one goes to where people look, and the folder is one
    /// as any other. While it is closed.
    /// - Parameter unneeded: what has left it, and the server has for certain.
    func letGo(_ folder: SyncFolder?, _ unneeded: EvictedForGood) async {
        guard let folder else { return }
        do throws(Problem) {
            // Another one may stand there by now.
            if let marker = try await Self.marker(at: folder.path), marker != folder.marker { return }
            try await Self.release(folder.path, unneeded)
        } catch {
            // It is none of ours any more, and may be gone.
            log.warning("the folder keeps what pannier has put there", metadata: ["problem": "\(error)"])
        }
    }

    private static func release(_ path: LocalPath, _ unneeded: EvictedForGood) async throws(Problem) {
        try await BlockingThread.run { () throws(Problem) in
            let tree = try SyncFolderCheck.tree(at: path)
            do throws(LocalError) {
                try Pairing(tree, at: path).release(unneeded)
            } catch {
                throw error.writing(path.description)
            }
        }
    }
}

extension LocalError {
    /// The file, or the folder that it would be in, is not there: which is no fault.
    fileprivate var isOfNothingThere: Bool { code == ENOENT || code == ENOTDIR }
}
