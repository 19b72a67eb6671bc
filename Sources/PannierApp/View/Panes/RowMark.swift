import PannierCore
import PannierScreen

/// The sign before a name: how it stands with this file. Never colour alone.
struct RowMark {
    let sign: SafeText
    let ink: ColourRole

    init(_ row: Row, transfer: TransferState?, model: Model) {
        let glyphs = model.glyphs
        (sign, ink) =
            switch transfer?.state {
            case .running: (transfer?.direction == .upload ? glyphs.up : glyphs.down, .accent)
            case .queued: (glyphs.waiting, .quiet)
            case .paused: (glyphs.paused, .quiet)
            case .retrying: (glyphs.trouble, .bad)
            case .done, .partlyFailed, .failed, .cancelled, nil: Self.still(row, model)
            }
    }

    /// Nothing moves it: it lies on the server, and is known as well as the feed is. Or it was changed by two at once.
    private static func still(_ row: Row, _ model: Model) -> (SafeText, ColourRole) {
        if row.hasConflicts { return (model.glyphs.trouble, .bad) }
        switch row.sync {
        case .problem: return (model.glyphs.trouble, .bad)
        case .waiting: return (model.sync?.phase == .paused ? model.glyphs.paused : model.glyphs.waiting, .busy)
        case .ignored: return (model.glyphs.ignored, .quiet)
        case .verified where row.sync?.known(in: model.sync?.phase) == nil: return (model.glyphs.polled, .busy)
        case .verified, .onlineOnly, nil: break
        }
        guard model.link == .open, let connection = model.status?.connection else {
            return (model.glyphs.polled, .busy)
        }
        switch connection {
        case .live: return row.sync == .verified ? (model.glyphs.verified, .good) : (model.glyphs.cloud, .quiet)
        case .polled, .offline, .connecting, .signedOut: return (model.glyphs.polled, .busy)
        }
    }
}
