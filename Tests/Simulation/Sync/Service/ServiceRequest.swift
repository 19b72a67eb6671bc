package import PannierCore

/// What a device asks of the File Service or of its store.
package enum ServiceRequest: Sendable {
    case changes(GetChanges.Request)
    case list(ListNodes.Request)
    /// - epoch: that the device knows.
    case change(ServiceChange, key: String, epoch: Int64?)
    case declare(DeclareChunks.Request)
    case put(PackID, [[UInt8]])
    case describe(PackID)
    case content(GetContent.Request)
    /// Chunks of a pack.
    case get(PackID, [Fingerprint])
}

/// What takes an idempotency key.
package enum ServiceChange: Sendable {
    case create(CreateNodes.Request)
    case move(MoveNodes.Request)
    case trash(TrashNodes.Request)
    case restore(RestoreNodes.Request)
    case openPacks(OpenPacks.Request)
    case commit(CommitUploads.Request)

    var route: String {
        switch self {
        case .create: "createNodes"
        case .move: "moveNodes"
        case .trash: "trashNodes"
        case .restore: "restoreNodes"
        case .openPacks: "openPacks"
        case .commit: "commitUploads"
        }
    }
}

package enum ServiceAnswer: Sendable {
    case changes(ChangePage)
    case list(ListNodes.Response)
    case created(CreateNodes.Response)
    case nodes(NodeResults)
    case packs(OpenPacks.Response)
    case declared(DeclareChunks.Response)
    case committed(CommitUploads.Response)
    case content(GetContent.Response)
    case chunks([[UInt8]])
    /// It was put, or is described.
    case done
    case problem(Problem)
}
