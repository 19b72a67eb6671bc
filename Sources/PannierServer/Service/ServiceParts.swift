import Foundation
import Logging
import NIOPosix
import PannierCore

/// The parts of a server, put together.
struct ServiceParts: Sendable {
    let address: PublicAddress
    let events: StoreEvents
    let files: StoreHandler
    let gateway: Gateway
    let gate: PushGate
    private let folder: DataFolder
    private let threads: NIOThreadPool

    init(
        folder: DataFolder, keys: ServerKeys, metadata: SQLiteMetadataStore, options: ServerOptions, logger: Logger
    ) throws {
        let clock: @Sendable () -> Milliseconds = { Milliseconds(Date().timeIntervalSince1970 * 1_000) }
        let events = StoreEvents(store: metadata, logger: logger)
        let store = try DirectoryBlobStore(folder: folder.packs, logger: logger) { events.stored($0) }
        try folder.descriptor.sync()
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        let metrics = Metrics()
        let address = PublicAddress(options)
        files = StoreHandler(
            store: store, verifier: SigV4Verifier(access: keys.store), threads: threads, metrics: metrics,
            clock: clock, logger: logger)
        gateway = Gateway(
            store: metadata, signer: DirectorySigner(address: address, access: keys.store), secrets: keys,
            packs: PackVerifier(store: store), passwords: PasswordHashing(cost: options.passwordCost), hub: PushHub(),
            metrics: metrics, clock: clock, logger: logger)
        gate = PushGate(origin: { address.value.description }, authority: gateway.authority)
        self.folder = folder
        self.threads = threads
        self.events = events
        self.address = address
    }

    func administration(isServing: Bool) -> Administration {
        Administration(
            store: gateway.store, passwords: gateway.passwords, hub: gateway.hub,
            doctor: Doctor(folder: folder, store: gateway.store, files: files, isServing: isServing),
            clock: gateway.clock)
    }

    /// Ends all threads, after what they are doing.
    func end() async throws {
        try await files.store.shutDown()
        try await gateway.packs.shutDown()
        try await gateway.passwords.shutDown()
        try await threads.shutdownGracefully()
    }
}

extension Gateway {
    /// Who has this token and what they may see, on one snapshot.
    var authority: PushGate.Authority {
        { hash in
            try await store.read { transaction in
                guard let caller = try Operations.authenticate(tokenHash: hash, in: transaction) else { return nil }
                let context = OperationContext(
                    transaction: transaction, caller: caller, now: clock(), signer: signer, secrets: secrets,
                    bell: Bell())
                return (caller, try Operations.visibleViews(in: context))
            }
        }
    }
}
