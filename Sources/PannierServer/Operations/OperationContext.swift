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

/// The operations of the File Service, one extension for each group of routes: synchronous, deterministic given
/// (transaction, caller, now) except for fresh identifiers, each inside one transaction that somebody else opened.
///
/// # The order that must hold
///
/// A file comes into being in this order, and never in another:
///
/// 1. ``openPacks(_:in:)`` writes a pack's row (its key wrapped, its length and SHA-256) before anyone can send it. Ids
///    are fresh random bits: no object is ever replaced.
/// 2. The client sends the pack. The store answers only when the bytes are durable, and lets nothing through whose length
///    or SHA-256 differ from what was signed. Its event (``recordStored(_:of:in:)``) is a hint; nothing waits for it, and
///    nothing is decided by it.
/// 3. The client says what is in the pack. The service, outside of any transaction, asks the store for length and
///    checksum, reads the object, opens every chunk and compares it with its fingerprint. Between
///    ``packForDescription(pack:in:)`` (a read) and what follows no lock is held.
/// 4. ``recordVerifiedPack(_:chunks:in:)`` makes the chunks present, or ``recordDamagedPack(_:in:)`` bars the pack for
///    good. A chunk row must never be written before its bytes were read back from the store.
/// 5. ``commitUploads(_:in:)`` makes the version. In one transaction it holds the namespace's head, asks every condition
///    (``UploadCommit``), and writes version, node, journal and the end of the upload. A version must refer only to
///    chunks that are verified at that moment; so what can be listed can be read.
///    ``copyNodes(_:in:)`` and ``restoreVersion(of:_:in:)`` make versions, too, of the chunks of others, under the same
///    rule (``VersionCopy``).
/// 6. The transaction is durable, then the answer goes out, and then the ``Bell`` is rung. An answer must not be sent
///    earlier, and a push never carries data: whoever hears it asks ``changes(cursor:limit:node:in:)``.
///
/// Killed between any two of these, nothing is lost and nothing half is seen: packs without a commit wait, leased by
/// their open upload for 7 days after it was last touched, and then are garbage; a repeated request is answered as before
/// (``idempotent(key:route:requestDigest:in:_:)``, in the transaction of what it answers for).
///
/// What else should be kept to:
///
/// - Every change of a node takes one revision of its namespace's journal, while the head is locked: revisions are dense,
///   and a reader that sees one sees all before it. Nothing else orders anything; clocks are for people.
/// - Conditions are asked before the first write of an item. A refused item of a batch therefore leaves nothing, and the
///   others go on. An error that is no ``Problem`` fails the request and rolls all of it back.
/// - Who may do what is decided by ``Authorization`` alone, anew in every request. No fingerprint, pack or upload that
///   somebody merely names opens anything: chunks become content by ``Presence``, keys are told only for the chunks of a
///   version that the caller may read.
/// - Nothing here deletes content. Replaced and trashed versions stay until garbage collection takes them.
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
