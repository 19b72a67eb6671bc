package import Logging
import NIOCore
package import PannierCore

/// The File Service behind HTTP: finds who asks, runs one operation in one transaction, and rings afterwards. No byte
/// of a file passes here.
package struct Gateway: Sendable {
    package let store: any MetadataStore
    package let signer: any BlobSigner
    package let secrets: any ServerSecrets
    package let packs: PackVerifier
    package let passwords: PasswordHashing
    package let hub: PushHub
    package let metrics: Metrics
    package let clock: @Sendable () -> Milliseconds
    package let logger: Logger
    let signIns = SignInLimit()
    let bodies = BodyBudget()

    package init(
        store: any MetadataStore, signer: any BlobSigner, secrets: any ServerSecrets, packs: PackVerifier,
        passwords: PasswordHashing, hub: PushHub, metrics: Metrics, clock: @escaping @Sendable () -> Milliseconds,
        logger: Logger
    ) {
        self.store = store
        self.signer = signer
        self.secrets = secrets
        self.packs = packs
        self.passwords = passwords
        self.hub = hub
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
    }

    /// What the caller may know, on one snapshot. `operation` must have no other effect.
    func read<Value: Encodable & Sendable>(
        _ call: Call, _ operation: @escaping @Sendable (OperationContext) throws -> Value
    ) async throws -> Answer {
        // Written as JSON when the snapshot has been given back: that of a large answer takes longer than its queries.
        .json([UInt8](try WireJSON.encode(try await inRead(call, operation))))
    }

    /// As ``read(_:_:)``, for a value that is used here.
    func inRead<Value: Sendable>(
        _ call: Call, _ operation: @escaping @Sendable (OperationContext) throws -> Value
    ) async throws -> Value {
        try await store.read { transaction in
            try operation(try context(call, transaction, Bell()))
        }
    }

    /// Decodes the body, runs the operation in one transaction that is durable before the answer, then rings. With an
    /// idempotency key, the same request answers the same bytes again and does nothing more.
    func change<Request: Decodable & Sendable, Value: Encodable & Sendable>(
        _ call: Call, _ type: Request.Type,
        _ operation: @escaping @Sendable (Request, OperationContext) throws -> Value
    ) async throws -> Answer {
        let request = try call.decode(type)
        guard let key = call.idempotencyKey else {
            return .json([UInt8](try WireJSON.encode(try await inChange(call) { try operation(request, $0) })))
        }
        let digest = call.digest
        return .json(
            try await inChange(call) { context in
                try Operations.idempotent(key: key, route: call.route.label, requestDigest: digest, in: context) {
                    [UInt8](try WireJSON.encode(try operation(request, context)))
                }
            })
    }

    /// As ``change(_:_:_:)``, without a body and without an answer of its own.
    func change(_ call: Call, _ operation: @escaping @Sendable (OperationContext) throws -> Void) async throws -> Answer
    {
        guard let key = call.idempotencyKey else {
            try await inChange(call, operation)
            return .nothing
        }
        let digest = call.digest
        _ = try await inChange(call) { context in
            try Operations.idempotent(key: key, route: call.route.label, requestDigest: digest, in: context) {
                try operation(context)
                return []
            }
        }
        return .nothing
    }

    func inChange<Value: Sendable>(
        _ call: Call, _ operation: @escaping @Sendable (OperationContext) throws -> Value
    ) async throws -> Value {
        let (value, views, accounts) = try await store.write { transaction in
            // A new bell each time: the body may run more than once.
            let bell = Bell()
            let context = try context(call, transaction, bell)
            try Operations.requireEpoch(call.knownEpoch, in: context)
            let value = try operation(context)
            return (value, bell.views, bell.accounts)
        }
        hub.ring(views: views, accounts: accounts)
        return value
    }

    /// Whether this token holds now. Each operation asks again in its own transaction.
    func isKnown(_ token: BearerToken) async throws -> Bool {
        let hash = token.hash
        return try await store.read { try Operations.authenticate(tokenHash: hash, in: $0) != nil }
    }

    private func context(
        _ call: Call, _ transaction: any MetadataTransaction, _ bell: Bell
    ) throws -> OperationContext {
        guard let hash = call.tokenHash, let caller = try Operations.authenticate(tokenHash: hash, in: transaction)
        else { throw Problem.notSignedInHere }
        return OperationContext(
            transaction: transaction, caller: caller, now: clock(), signer: signer, secrets: secrets, bell: bell)
    }
}
