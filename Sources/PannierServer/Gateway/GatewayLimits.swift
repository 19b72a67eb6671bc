import PannierCore

/// Bounds of the HTTP side.
package enum GatewayLimits {
    package static let requestBody = Limits.requestBody
    /// Longest time in which a body must have come.
    static let bodyTime: Duration = .seconds(120)
    static let headerField = 16 << 10
    static let headerList = 64 << 10
    static let headerCount = 100
    /// Open connections; further ones wait in the kernel's queue.
    static let connections = 1_024
    /// Body of a request that needs none, or only a few words.
    static let smallBody = 8 << 10
    /// Longest text a client gives for a device, an e-mail address or a password, in bytes.
    static let signInText = 1_024
}
