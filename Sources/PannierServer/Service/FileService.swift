import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import PannierCore
import ServiceLifecycle
import UnixSignals

/// A whole server: put together in ``init(_:logger:)``, which refuses what it must not start with, served by ``run(endsOnSignals:onReady:)``,
/// ended by ``stop()`` or a signal.
///
/// Threads: two event loops, four for the disk, one that commits, two that verify packs, two that hash passwords, and
/// SQLite's.
package final class FileService: Sendable {
    let options: ServerOptions
    let folder: DataFolder
    let metadata: SQLiteMetadataStore
    let parts: ServiceParts
    private let logger: Logger
    /// Those of the process, which nobody shuts down: Hummingbird's last task may still use one after its server ended.
    private let loops = MultiThreadedEventLoopGroup.singleton
    private let group = Box<ServiceGroup>()

    /// Whether the keys were made just now, so that their keeper must hear of it.
    package let hasNewKeys: Bool

    /// Opens everything and tries the store. Blocks for a moment; the folder's lock is held from here on.
    /// - Throws: ``StartError``, ``DataFolderError``, ``KeyFileError``, ``MetadataError``, ``SystemCallError``.
    package init(_ options: ServerOptions, logger: Logger) async throws {
        guard options.listen.isLoopback else { throw StartError.notLoopback(options.listen) }
        if let url = options.publicURL, !url.isSafe { throw StartError.plainPublicURL(url) }
        self.options = options
        self.logger = logger
        folder = try DataFolder.open(options.data, make: true)
        try folder.requireDatabaseForPacks()
        let (keys, isNew) = try KeyFile.open(in: folder.descriptor, mayCreate: !folder.hasDatabase)
        hasNewKeys = isNew
        metadata = try SQLiteMetadataStore(path: folder.database)
        parts = try ServiceParts(folder: folder, keys: keys, metadata: metadata, options: options, logger: logger)
        try await tryStore()
    }

    /// A full disk takes no uploads, but what is there can be read.
    private func tryStore() async throws {
        do {
            let failures = try await parts.files.probe()
            guard failures.isEmpty else { throw StartError.storeNotEnforcing(failures) }
        } catch let error as BlobStoreProbe.Unusable where error.isFull {
            logger.warning("The store takes no uploads.", metadata: ["reason": "\(error)"])
        }
    }

    /// Serves until it is told to stop.
    /// - Parameters:
    ///   - endsOnSignals: whether SIGTERM and SIGINT end it gracefully.
    ///   - onReady: called once, when requests are answered, with the address to reach it at.
    package func run(
        endsOnSignals: Bool = false, onReady: @escaping @Sendable (ListenAddress) -> Void
    ) async throws {
        let admin = try await AdminSocket(
            in: folder, parts.administration(isServing: true), group: loops, logger: logger)
        let services: [any Service] = [parts.events, admin, application(onReady)]
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: endsOnSignals ? [.sigterm, .sigint] : [], logger: logger)
        configuration.maximumGracefulShutdownDuration = options.patience
        let group = ServiceGroup(configuration: configuration)
        self.group.value = group
        do {
            try await group.run()
        } catch let error as IOError {
            try await end()
            throw StartError.cannotListen(options.listen, String(cString: strerror(error.errnoCode)))
        } catch is CancellationError {
            // Transfers that outlasted our patience were cut; they go on from where they were.
            logger.notice("Transfers under way were cut.")
        }
        try await end()
    }

    /// Open push sockets.
    package var pushSockets: Int { parts.gateway.hub.count }

    /// Where the packs lie.
    package var blobs: any BlobStore { parts.files.store }

    /// What a command of an administrator asks for.
    package func perform(_ request: AdminRequest) async -> AdminAnswer {
        await parts.administration(isServing: true).perform(request)
    }

    /// Ends gracefully, as a signal does.
    package func stop() async { await group.value?.triggerGracefulShutdown() }

    private func end() async throws {
        try await parts.end()
        try metadata.close()
    }

    private func application(_ onReady: @escaping @Sendable (ListenAddress) -> Void) -> some Service {
        let (options, parts) = (options, parts)
        return Application(
            router: parts.gateway.router(files: parts.files),
            server: HTTPServerBuilder { responder in
                PushChannel(responder: responder, gate: parts.gate, hub: parts.gateway.hub, timing: options.timing)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(options.listen.host, port: options.listen.port), serverName: "pannier-server",
                availableConnectionsDelegate: .maximum(GatewayLimits.connections, logger: logger)),
            onServerRunning: { channel in
                let address = ListenAddress(
                    host: options.listen.host, port: channel.localAddress?.port ?? options.listen.port)
                parts.address.listening(on: address)
                onReady(address)
            },
            eventLoopGroupProvider: .shared(loops), logger: logger)
    }
}
