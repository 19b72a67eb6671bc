import NIOPosix
import PannierCore

/// Reads and opens stored packs before a commit may rely on them, two at a time on threads of its own; others wait.
package final class PackVerifier: Sendable {
    private let store: any BlobStore
    private let threads: NIOThreadPool

    package init(store: any BlobStore, threads: Int = 2) {
        self.store = store
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.threads.start()
    }

    /// - Throws: what the store throws when it cannot read.
    package func verify(_ blob: BlobName, _ check: PackCheck) async throws -> PackVerdict {
        try await threads.runIfActive { [store] in
            guard let reader = try store.open(blob) else { return .missing }
            return try check.verdict(on: reader)
        }
    }

    package func shutDown() async throws { try await threads.shutdownGracefully() }
}
