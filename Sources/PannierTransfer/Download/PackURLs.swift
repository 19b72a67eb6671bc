internal import PannierCore
internal import Synchronization

/// The signed URLs that are known for packs. They die after minutes; newer ones replace them.
final class PackURLs: Sendable {
    private let known = Mutex<[PackID: SignedRequest]>([:])
    /// More packs than one answer names are of no use: those of older answers are forgotten.
    private static let limit = 4 * Limits.manifestPage

    func learn(_ packs: [GetContent.PackLocation]) {
        known.withLock { known in
            if known.count > Self.limit { known = [:] }
            for pack in packs { known[pack.pack] = pack.get }
        }
    }

    subscript(pack: PackID) -> SignedRequest? { known.withLock { $0[pack] } }
}
