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

    /// Whether parts of files stay on this disk when a transfer stops for this: most of it can pass, and then it goes on
    /// with them. On a full disk they take the room that is missing.
    var keepsParts: Bool { code != .localDiskFull }

    static let cancelled = Problem(.cancelled, "Cancelled.")
}
