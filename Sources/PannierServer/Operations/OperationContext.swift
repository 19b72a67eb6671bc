package import PannierCore

/// Everything an operation may look at besides its request: no clock, no network and no randomness of its own, so that
/// the same call does the same thing again.
///
/// Operations are functions `(request, context) throws(Problem or MetadataStore's error) -> response` in extensions of
/// ``Operations``. They run inside one transaction; whatever they ring is rung after it has become durable.
package struct OperationContext {
    package let transaction: any MetadataTransaction
    package let caller: Caller
    package let now: Milliseconds
    package let signer: any BlobSigner
    package let secrets: any ServerSecrets
    /// Views whose clients should look, once the transaction is durable.
    package let bell: Bell

    package init(
        transaction: any MetadataTransaction, caller: Caller, now: Milliseconds, signer: any BlobSigner,
        secrets: any ServerSecrets, bell: Bell
    ) {
        self.transaction = transaction
        self.caller = caller
        self.now = now
        self.signer = signer
        self.secrets = secrets
        self.bell = bell
    }
}

/// The operations of the File Service, one extension for each group of routes.
package enum Operations {}

/// Who asks: found from the bearer token.
package struct Caller: Sendable, Hashable {
    package let account: AccountID
    package let device: DeviceID
    package let email: String
    /// The account's own namespace.
    package let namespace: NamespaceID

    package init(account: AccountID, device: DeviceID, email: String, namespace: NamespaceID) {
        self.account = account
        self.device = device
        self.email = email
        self.namespace = namespace
    }
}

/// Collects the views that a transaction changed. One transaction, one thread.
package final class Bell {
    package private(set) var views: Set<ViewID> = []
    /// Accounts whose set of views changed.
    package private(set) var accounts: Set<AccountID> = []

    package init() {}
    package func ring(_ view: ViewID) { views.insert(view) }
    package func ringViews(of account: AccountID) { accounts.insert(account) }
}

/// Signs requests to the object store. Pure: the same arguments give the same URL.
package protocol BlobSigner: Sendable {
    func put(
        namespace: NamespaceID, pack: PackID, length: Int, sha256: Fingerprint, now: Milliseconds
    ) -> SignedRequest
    func get(namespace: NamespaceID, pack: PackID, now: Milliseconds) -> SignedRequest
}

/// The server's master keys (`DIR/keys`), used but never shown.
package protocol ServerSecrets: Sendable {
    /// Wraps a pack's key (DESIGN: Formats, Pack key), with the id of the master key that did it.
    func wrap(packKey: [UInt8], namespace: NamespaceID, pack: PackID) throws -> [UInt8]
    func unwrap(packKey: [UInt8], namespace: NamespaceID, pack: PackID) throws -> [UInt8]
    /// Encrypts and reads cursors; `account` is bound to them.
    func seal(cursor: [UInt8], account: AccountID) throws -> String
    /// Nil for anything this server did not make for this account.
    func open(cursor: String, account: AccountID) -> [UInt8]?
}
