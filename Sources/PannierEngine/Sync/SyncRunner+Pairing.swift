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
        if let paired {
            if await Self.marker(at: paired.path) == paired.marker {
                guard paired.path == path else { throw .otherFolderPaired(paired.path) }
                return await open()
            }
            try SyncFolderCheck(mirror.paths).check(path)
            if await Self.marker(at: path) == paired.marker { return try await goOn(at: path) }
        }
        try await pairAnew(path)
        try await transfers.syncQueueChanged()
        await look()
    }

    /// Nil: there is none, or the folder is not there.
    static func marker(at path: LocalPath) async -> [UInt8]? {
        let marker = try? await BlockingThread.run { () throws(Problem) in
            do throws(LocalError) { return try DiskTree(path).read(OwnPart.marker) } catch { return nil }
        }
        return marker ?? nil
    }

    /// The folder was moved as a whole: what was agreed on holds.
    private func goOn(at path: LocalPath) async throws(Problem) {
        try await mirror.write { database in
            guard var folder = try SyncFolder.read(database) else { return }
            folder.path = path
            try folder.write(database)
        }
        await lookAtMirror()
        await look()
    }

    private func pairAnew(_ path: LocalPath) async throws(Problem) {
        let marker = (0..<16).map { _ in UInt8.random(in: 0...255) }
        let mirror = mirror
        try SyncFolderCheck(mirror.paths).check(path)
        let pairing = try await BlockingThread.run { () throws(Problem) in
            let tree = try SyncFolderCheck.tree(at: path)
            // Whoever has the folder would take it for another one when its marker changes.
            let lock = try SyncFolderLock.ofAny(path)
            defer { withExtendedLifetime(lock) {} }
            let pairing = Pairing(tree, at: path)
            let disk = tree.fileSystemName.map { "\(path) (\($0))" } ?? path.description
            try pairing.prepare(marker: marker, disk: disk)
            return pairing
        }
        try await mirror.write { database in
            // Of a folder that is lost.
            try SyncTransfers(database).cancelAll()
            try pairing.write(marker: marker, database)
        }
        await lookAtMirror()
    }

    /// Ends the pairing; what is on both sides stays.
    func unpair() async throws(Problem) {
        guard let before = paired else { throw .noSyncedFolder }
        // Nobody is to open it again meanwhile.
        paired = nil
        await close()
        do throws(Problem) {
            try await mirror.write { database in
                try SyncTransfers(database).cancelAll()
                try SyncFolder.forget(database)
            }
        } catch {
            paired = before
            await open()
            throw error
        }
        await letGo(before)
        try await transfers.syncQueueChanged()
        await look()
    }

    /// Without a marker nobody takes it for a synced one.
    func letGo(_ folder: SyncFolder) async {
        do throws(Problem) {
            try await BlockingThread.run { () throws(Problem) in
                try SyncFolderPlace.letGo(folder.path, marker: folder.marker)
            }
        } catch {
            log.notice("the marker of a folder that was let go stays", metadata: ["problem": "\(error)"])
        }
    }
}
