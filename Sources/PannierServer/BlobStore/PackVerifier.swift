import NIOPosix
package import PannierCore
import Synchronization

/// Reads and opens stored packs before a commit may rely on them, two at a time on threads of its own; others wait. A
/// pack is read once at a time, and those that wait are few for each namespace: to ask is cheap, to read is not. What a
/// reader complains of is looked at by a thread apart, a few packs for each reader, so that nobody's complaints keep
/// others' uploads waiting.
package final class PackVerifier: Sendable {
    /// Packs of one namespace that are read or wait to be, for a commit.
    private static let perNamespace = 64
    /// Packs that one account has complained of and that are read or wait to be.
    private static let perReader = 4

    private let store: any BlobStore
    private let underWay = Mutex<[NamespaceID: Set<PackID>]>([:])
    private let complaints = Mutex<[AccountID: Int]>([:])
    private let threads: NIOThreadPool
    private let complaintThread: NIOThreadPool

    package init(store: any BlobStore, threads: Int = 2) {
        self.store = store
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.threads.start()
        complaintThread = NIOThreadPool(numberOfThreads: 1)
        complaintThread.start()
    }

    /// Before a commit.
    /// - Throws: what the store throws when it cannot read; ``Problem`` unavailable where it is to be asked again.
    package func verify(_ blob: BlobName, _ check: PackCheck) async throws -> PackVerdict {
        guard begin(blob) else { throw Self.busy }
        defer { end(blob) }
        return try await verdict(on: blob, check, threads)
    }

    /// After a complaint.
    /// - Throws: as ``verify(_:_:)``.
    package func verify(_ blob: BlobName, _ check: PackCheck, for reader: AccountID) async throws -> PackVerdict {
        let mayBegin = complaints.withLock { complaints in
            guard complaints[reader, default: 0] < Self.perReader else { return false }
            complaints[reader, default: 0] += 1
            return true
        }
        guard mayBegin else { throw Self.busy }
        defer {
            complaints.withLock { complaints in
                let others = complaints[reader, default: 1] - 1
                complaints[reader] = others > 0 ? others : nil
            }
        }
        return try await verdict(on: blob, check, complaintThread)
    }

    private func verdict(on blob: BlobName, _ check: PackCheck, _ threads: NIOThreadPool) async throws -> PackVerdict {
        try await threads.runIfActive { [store] in
            guard let reader = try store.open(blob) else { return .missing }
            return try check.verdict(on: reader)
        }
    }

    private static let busy = Problem(
        .unavailable, "The pack is being read, or too many others are.", detail: "Ask again in a moment.",
        retryAfter: 1)

    package func isAnyThere(of blobs: [BlobName]) async throws -> Bool {
        try await complaintThread.runIfActive { [store] in try blobs.contains { try store.head($0) != nil } }
    }

    private func begin(_ blob: BlobName) -> Bool {
        underWay.withLock { underWay in
            var packs = underWay[blob.namespace] ?? []
            guard packs.count < Self.perNamespace, packs.insert(blob.pack).inserted else { return false }
            underWay[blob.namespace] = packs
            return true
        }
    }

    private func end(_ blob: BlobName) {
        underWay.withLock { underWay in
            underWay[blob.namespace]?.remove(blob.pack)
            if underWay[blob.namespace]?.isEmpty == true { underWay[blob.namespace] = nil }
        }
    }

    package func shutDown() async throws {
        try await threads.shutdownGracefully()
        try await complaintThread.shutdownGracefully()
    }
}
