package import PannierCore

/// What may be set about transfers; tests make the waits short.
package struct TransferSettings: Sendable {
    /// Waits for a service or store that cannot be reached.
    package var patience: RetryPolicy
    /// Times that a store may refuse one pack or range, or a range may be damaged on its way.
    package var storeAttempts: Int
    /// How long a file that changed is left alone before it is read again.
    package var settleMilliseconds: Milliseconds
    /// How what was fetched becomes durable.
    var sync = DiskSync.kernel

    package init(
        patience: RetryPolicy = .transfer, storeAttempts: Int = 5, settleMilliseconds: Milliseconds = 1_500
    ) {
        self.patience = patience
        self.storeAttempts = storeAttempts
        self.settleMilliseconds = settleMilliseconds
    }
}
