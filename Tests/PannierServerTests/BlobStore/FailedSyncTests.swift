import Foundation
import HTTPTypes
import NIOPosix
import PannierChunks
import PannierCore
import Synchronization
import Testing

@testable import PannierServer

/// After a failed fsync the kernel may have thrown the bytes away, and a second one would succeed all the same. So what
/// was to become durable is thrown away, and only what is sent anew counts.
@Suite struct FailedSyncTests {
    /// Counts what is made durable, and fails one call of each kind.
    private final class FaultyDisk: Sendable {
        private let fileCalls = Mutex<[String]>([])
        private let folderCalls = Mutex(0)
        private let badFile: Int?
        private let badFolder: Int?

        init(badFile: Int? = nil, badFolder: Int? = nil) {
            self.badFile = badFile
            self.badFolder = badFolder
        }

        /// Each file that was to be made durable.
        var files: [String] { fileCalls.withLock { $0 } }

        var sync: DiskSync {
            DiskSync(
                file: { (file) throws(SystemCallError) in
                    let number = self.fileCalls.withLock { calls in
                        calls.append(file.path)
                        return calls.count - 1
                    }
                    if number == self.badFile { throw SystemCallError("fdatasync", file.path, code: EIO) }
                },
                folder: { (folder) throws(SystemCallError) in
                    let number = self.folderCalls.withLock { calls in
                        defer { calls += 1 }
                        return calls
                    }
                    if number == self.badFolder { throw SystemCallError("fsync", folder.path, code: EIO) }
                })
        }
    }

    private struct Store {
        let handler: StoreHandler
        let signer: SigV4Signer
        let blobs: DirectoryBlobStore

        func put(_ blob: BlobName, _ body: [UInt8]) async throws -> Int {
            let signed = signer.put(
                namespace: blob.namespace, pack: blob.pack, length: body.count, sha256: SHA256Digest.of(body),
                now: StoreUnderTest.now)
            let trial = BlobStoreProbe.Trial(method: .put, url: signed.url, headers: signed.headers, body: body)
            return try await handler.reply(to: trial).status
        }
    }

    private func withStore(
        _ disk: FaultyDisk, _ body: @escaping (Store, String) async throws -> Void
    ) async throws {
        try await withFolder { (folder) async throws in
            let packs = "\(folder)/packs"
            let blobs = try DirectoryBlobStore(folder: packs, logger: TestServer.quiet, sync: disk.sync) { _ in }
            let threads = NIOThreadPool(numberOfThreads: 2)
            threads.start()
            let keys = ServerKeys.make()
            let handler = StoreHandler(
                store: blobs, verifier: SigV4Verifier(access: keys.store), threads: threads, metrics: Metrics(),
                clock: { StoreUnderTest.now }, logger: TestServer.quiet)
            let endpoint = StoreEndpoint(scheme: "http", host: "h", path: StoreEndpoint.directoryPath)
            let signer = SigV4Signer(endpoint: endpoint, access: keys.store)
            try await body(Store(handler: handler, signer: signer, blobs: blobs), packs)
            try await blobs.shutDown()
            try await threads.shutdownGracefully()
        }
    }

    @Test func bytesThatMayBeLostAreThrownAway() async throws {
        let disk = FaultyDisk(badFile: 0)
        try await withStore(disk) { (store, packs) async throws in
            let (blob, body) = (BlobName(namespace: .random(), pack: .random()), RandomBytes.make(3_000))
            #expect(try await store.put(blob, body) == 500)
            #expect(try store.blobs.head(blob) == nil)
            #expect(try files(below: packs) == [])
            #expect(try await store.put(blob, body) == 200)
            #expect(try store.blobs.head(blob)?.length == 3_000)
        }
        #expect(disk.files.count == 2)
        #expect(Set(disk.files).count == 2, "no file is made durable twice")
    }

    /// The first PUT of a namespace makes two folders and a name, each of which must become durable.
    @Test(arguments: 0...2) func namesThatMayBeLostAreThrownAway(_ bad: Int) async throws {
        let disk = FaultyDisk(badFolder: bad)
        try await withStore(disk) { (store, packs) async throws in
            let (blob, body) = (BlobName(namespace: .random(), pack: .random()), RandomBytes.make(3_000))
            #expect(try await store.put(blob, body) == 500)
            #expect(try store.blobs.head(blob) == nil)
            #expect(try files(below: packs) == [])
            // The object's own name may be on the disk or not: it is never used again.
            #expect(try await store.put(blob, body) == (bad == 2 ? 409 : 200))
            let isThere = try store.blobs.head(blob) != nil
            #expect(isThere == (bad != 2))
            let other = BlobName(namespace: blob.namespace, pack: .random())
            #expect(try await store.put(other, body) == 200)
            #expect(try store.blobs.head(other) != nil)
        }
        #expect(Set(disk.files).count == disk.files.count)
    }
}
