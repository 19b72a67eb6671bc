package import PannierCore
package import PannierHTTP

/// What may be set about transfers; tests make the waits short.
package struct TransferSettings: Sendable {
    /// Waits for a service or store that cannot be reached.
    package var patience: RetryPolicy
    /// Times that a store may refuse one pack or range, or a range may be damaged on its way.
    package var storeAttempts: Int
    /// How long a file that changed is left alone before it is read again.
    package var settleMilliseconds: Milliseconds
    /// The first pause after a pack was not found where it was sent; doubled each time.
    package var lossMilliseconds: Milliseconds
    /// How long after a fault of the mirror the queue is looked at again.
    package var mirrorMilliseconds: Milliseconds
    /// What all lanes together may send and receive a second.
    package let limit = SpeedLimit()

    package init(
        patience: RetryPolicy = .transfer, storeAttempts: Int = 5, settleMilliseconds: Milliseconds = 1_500,
        lossMilliseconds: Milliseconds = 1_000, mirrorMilliseconds: Milliseconds = 5_000
    ) {
        self.lossMilliseconds = lossMilliseconds
        self.mirrorMilliseconds = mirrorMilliseconds
        self.patience = patience
        self.storeAttempts = storeAttempts
        self.settleMilliseconds = settleMilliseconds
    }
}
