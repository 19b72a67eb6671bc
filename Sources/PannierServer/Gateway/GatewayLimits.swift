import PannierCore

/// Bounds of the HTTP side.
package enum GatewayLimits {
    package static let requestBody = Limits.requestBody
    static let headerField = 16 << 10
    static let headerList = 64 << 10
    static let headerCount = 100
    /// Open connections; further ones wait in the kernel's queue.
    static let connections = 1_024
    /// Longest text a client gives for a device, an e-mail address or a password, in bytes.
    static let signInText = 1_024
}
