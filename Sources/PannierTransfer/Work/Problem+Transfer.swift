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

    /// The same, of a transfer of the synced folder: in it, what there is no room for holds up nothing that fits.
    func stopsTransfer(ofSync isSync: Bool) -> Bool {
        stopsTransfer && !(isSync && [.localDiskFull, .quotaExceeded].contains(code))
    }

    /// A file of the synced folder that this disk has no room for.
    static func noRoom(for name: String, _ size: Int64) -> Problem {
        Problem(
            .localDiskFull, "“\(name)” cannot be written: the disk is full.",
            detail:
                "It has \(Format.bytes(size)). Everything else goes on. Make room, and it is tried again by itself; or "
                + "keep it in My Files alone: `=`, or `pannier keep --online-only`.",
            status: 0)
    }

    /// Whether a transfer waits until somebody signs in again.
    var needsSignIn: Bool { [.tokenInvalid, .notSignedIn].contains(code) }

    static let signInAgain = Problem(
        .tokenInvalid, "This device was signed out: sign in again with `pannier login`.",
        detail: "What was done stays done, and the transfer goes on where it was.")

    /// What a transfer waits for, in a few words that fit in a line; the rest is the detail.
    var whileWaiting: Problem {
        let words: String? =
            switch code {
            case .serverUnreachable: "The server cannot be reached."
            case .unavailable: "The server has too much to do."
            case .rateLimited: "The server asks for a pause."
            case .internalError: "The server failed."
            case .storeRefused: "The object store refused a pack."
            default: nil
            }
        guard let words, words != title else { return self }
        return Problem(code, words, detail: description, retryAfter: retryAfter, status: status)
    }

    /// Whether parts of files stay on this disk when a transfer stops for this: most of it can pass, and then it goes on
    /// with them. On a full disk they take the room that is missing.
    var keepsParts: Bool { code != .localDiskFull }

    static let cancelled = Problem(.cancelled, "Cancelled.")
}
