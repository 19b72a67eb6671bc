internal import PannierCore

extension Problem {
    /// Whether the whole transfer stops for this, because every other file would meet the same.
    var stopsTransfer: Bool {
        switch code {
        case .tokenInvalid, .notSignedIn, .quotaExceeded, .storageFull, .localDiskFull, .serverUntrusted,
            .mirrorDamaged,
            .mirrorTooNew, .cancelled:
            true
        default: false
        }
    }

    static let cancelled = Problem(.cancelled, "Cancelled.")
}
