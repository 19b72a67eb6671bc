import NIOPosix
import PannierCore
import Synchronization

/// Reads and opens stored packs before a commit may rely on them, two at a time on threads of its own; others wait. A
/// pack is read once at a time, and those that wait are few for each namespace: to ask is cheap, to read is not.
package final class PackVerifier: Sendable {
    /// Packs of one namespace that are read or wait to be.
    private static let perNamespace = 64

    private let store: any BlobStore
    private let underWay = Mutex<[NamespaceID: Set<PackID>]>([:])
    private let threads: NIOThreadPool

    package init(store: any BlobStore, threads: Int = 2) {
        self.store = store
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.threads.start()
    }

    /// - Throws: what the store throws when it cannot read; ``Problem`` unavailable where it is to be asked again.
    package func verify(_ blob: BlobName, _ check: PackCheck) async throws -> PackVerdict {
        guard begin(blob) else {
            throw Problem(
                .unavailable, "The pack is being read, or too many others are.", detail: "Ask again in a moment.",
                retryAfter: 1)
        }
        defer { end(blob) }
        return try await threads.runIfActive { [store] in
            guard let reader = try store.open(blob) else { return .missing }
            return try check.verdict(on: reader)
        }
    }

    package func isAnyThere(of blobs: [BlobName]) async throws -> Bool {
        try await threads.runIfActive { [store] in try blobs.contains { try store.head($0) != nil } }
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

    package func shutDown() async throws { try await threads.shutdownGracefully() }
}
