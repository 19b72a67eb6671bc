import Logging
import PannierCore
import ServiceLifecycle
import Synchronization

/// The directory store's event “stored”, carried to the metadata in the background: a hint only, that costs nothing when
/// it is lost. What comes while one transaction runs goes into the next.
final class StoreEvents: Service {
    /// More are not remembered at once.
    private static let remembered = 4_096

    private let waiting = Mutex<[BlobName]>([])
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private let store: any MetadataStore
    private let logger: Logger

    init(store: any MetadataStore, logger: Logger) {
        self.store = store
        self.logger = logger
        (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func stored(_ blob: BlobName) {
        waiting.withLock { waiting in
            if waiting.count < Self.remembered { waiting.append(blob) }
        }
        bell.yield()
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in bells { await carry() }
        } onGracefulShutdown: {
            self.bell.finish()
        }
    }

    private func carry() async {
        let blobs = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        guard !blobs.isEmpty else { return }
        do {
            try await store.write { transaction in
                for blob in blobs { try Operations.recordStored(blob.pack, of: blob.namespace, in: transaction) }
            }
        } catch {
            logger.debug("Events of the store were lost.", metadata: ["error": "\(error)"])
        }
    }
}
