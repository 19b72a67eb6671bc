import CCrypto

/// Algorithms of libcrypto, looked up once. Naming them anew for every chunk costs a search under a lock in OpenSSL 3
/// (see EVP_MD_fetch(3), "ALGORITHM FETCHING").
enum Algorithms {
    // nonisolated(unsafe): fetched algorithms are immutable and counted atomically; any thread may use them.
    nonisolated(unsafe) static let sha256 = fetched("SHA256", EVP_MD_fetch)
    nonisolated(unsafe) static let aes256GCM = fetched("AES-256-GCM", EVP_CIPHER_fetch)

    private static func fetched(
        _ name: String, _ fetch: (OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> OpaquePointer?
    ) -> OpaquePointer {
        guard let algorithm = fetch(nil, name, nil) else {
            preconditionFailure("libcrypto has no \(name): its configuration on this machine is broken")
        }
        return algorithm
    }
}
