/// How a server is started.
package struct ServerOptions: Sendable {
    /// Path of the data folder.
    package var data: String
    package var listen: ListenAddress
    /// Nil: the listen address.
    package var publicURL: PublicURL?
    package var timing: ConnectionTiming
    /// For new passwords.
    package var passwordCost: PasswordCost
    /// How long transfers under way may go on after a signal to stop.
    package var patience: Duration

    package init(
        data: String, listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 7474), publicURL: PublicURL? = nil,
        timing: ConnectionTiming = ConnectionTiming(), passwordCost: PasswordCost = .standard,
        patience: Duration = .seconds(5)
    ) {
        self.data = data
        self.listen = listen
        self.publicURL = publicURL
        self.timing = timing
        self.passwordCost = passwordCost
        self.patience = patience
    }
}

/// Why a server does not start, other than by its folder, keys or database.
package enum StartError: Error, CustomStringConvertible {
    case notLoopback(ListenAddress)
    case plainPublicURL(PublicURL)
    case storeNotEnforcing([String])
    case cannotListen(ListenAddress, String)

    package var description: String {
        switch self {
        case .notLoopback(let address):
            """
            \(address) can be reached from other machines, and this server speaks plain HTTP: passwords and tokens would \
            cross the network in the clear. Listen on 127.0.0.1, put a TLS proxy (nginx, Caddy) in front, and tell its \
            address with --public-url https://…
            """
        case .plainPublicURL(let url):
            """
            Clients would send passwords and tokens to \(url) in the clear. Give the https:// address of the TLS proxy in \
            front of this server.
            """
        case .storeNotEnforcing(let failures):
            "The object store does not enforce what is signed for it: \(failures.joined(separator: "; "))."
        case .cannotListen(let address, let reason): "The server cannot listen on \(address): \(reason)."
        }
    }
}
