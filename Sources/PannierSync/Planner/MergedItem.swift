import PannierCore
import PannierMirror

/// Where an item stands, by the number of its folder's item.
struct MergedPlace: Hashable {
    var parent: Int
    var name: NodeName
}

/// One file or folder in all the trees that know it, and what is to become of it.
struct MergedItem {
    enum Fate {
        case alive
        case dead
        /// Not known before something was read; nothing is done with it, nor with what holds it.
        case pending
        /// Not ours to touch: excluded, or below such a folder, or a name that is refused.
        case apart
    }

    var node: NodeID?
    var local: LocalID?
    var remote: RemoteEntry?
    var synced: SyncedEntry?
    var here: LocalEntry?

    var remotePlace: MergedPlace?
    var syncedPlace: MergedPlace?
    var herePlace: MergedPlace?

    var fate = Fate.alive
    /// Where it is to stand on both sides.
    var place = MergedPlace(parent: 0, name: Self.unplaced)
    /// `place` is where this disk has it; the server does not, yet.
    var isPlacedByHere = false
    /// It may be what is gone elsewhere.
    var isToBeRead = false
    /// Something that is pending has its name.
    var isWaiting = false
    /// It is to be on the server alone. What is new or edited here is sent before it goes.
    var isOnlineOnly = false
    /// The name that this one differs from only in spelling; it is refused.
    var twin: NodeName?

    /// A fixed, valid name, until the item gets its own.
    static let unplaced = try! NodeName("unplaced")

    var isFolder: Bool {
        if let remote { return remote.content == nil }
        if let here { return here.isFolder }
        return synced?.content == nil
    }

    /// Nothing was agreed on yet. What is to be on the server alone keeps its name there.
    var isNewFile: Bool { !isFolder && synced == nil && !isOnlineOnly }

    var isExcluded: Bool { here?.kind == .excluded }

    /// See ``LocalEntry/isClosed``.
    var isClosed: Bool { here?.isClosed == true }

    /// On this disk the name is the folder's own part's, wherever it stands.
    var isReserved: Bool { remote?.place.name.bytes == OwnPart.name }

    /// Its content here is another one than was agreed on; nil while that is not known.
    var isChangedHere: Bool? {
        guard let here, case .file(let content) = here.kind else { return false }
        guard case .known(let content) = content else { return synced == nil ? true : nil }
        return content != synced?.content
    }

    /// It cannot be the content that was agreed on, whatever it is.
    var isOfOtherSize: Bool {
        if case .file(.unread(let size)) = here?.kind { size != synced?.content?.size } else { false }
    }

    var isChangedThere: Bool { remote.map { $0.content != synced?.content } ?? false }
}
