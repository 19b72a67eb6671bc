import PannierCore
import Synchronization

/// What URLs begin with. Known from the start, but for a server that listens on any free port: then as soon as it
/// listens, before anybody can know where.
final class PublicAddress: Sendable {
    private let url: Mutex<PublicURL>
    private let isFixed: Bool

    init(_ options: ServerOptions) {
        isFixed = options.publicURL != nil
        url = Mutex(options.publicURL ?? Self.url(of: options.listen))
    }

    /// Tells the port that the server got.
    func listening(on address: ListenAddress) {
        guard !isFixed else { return }
        url.withLock { $0 = Self.url(of: address) }
    }

    var value: PublicURL { url.withLock { $0 } }

    private static func url(of address: ListenAddress) -> PublicURL {
        PublicURL(scheme: "http", host: address.port == 80 ? address.hostText : address.description)
    }
}

/// Signs for the directory store under the public address.
struct DirectorySigner: BlobSigner {
    let address: PublicAddress
    let access: ServerKeys.StoreAccess

    private var signer: SigV4Signer {
        let url = address.value
        return SigV4Signer(
            endpoint: StoreEndpoint(scheme: url.scheme, host: url.host, path: StoreEndpoint.directoryPath),
            access: access)
    }

    func put(
        namespace: NamespaceID, pack: PackID, length: Int, sha256: Fingerprint, now: Milliseconds
    ) -> SignedRequest {
        signer.put(namespace: namespace, pack: pack, length: length, sha256: sha256, now: now)
    }

    func get(namespace: NamespaceID, pack: PackID, now: Milliseconds) -> SignedRequest {
        signer.get(namespace: namespace, pack: pack, now: now)
    }
}
