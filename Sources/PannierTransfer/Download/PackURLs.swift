internal import PannierCore
internal import Synchronization

/// The signed URLs that are known for packs. They die after minutes; newer ones replace them. Those learnt longest ago
/// are forgotten: what still needs one of them asks for it again.
final class PackURLs: Sendable {
    private struct Known {
        var young: [PackID: SignedRequest] = [:]
        var old: [PackID: SignedRequest] = [:]
    }

    private let known = Mutex(Known())
    /// URLs of one age: what two answers name at most.
    static let limit = 2 * Limits.manifestPage

    func learn(_ packs: [GetContent.PackLocation]) {
        known.withLock { known in
            for pack in packs {
                if known.young.count >= Self.limit {
                    known.old = known.young
                    known.young = [:]
                }
                known.young[pack.pack] = pack.get
            }
        }
    }

    subscript(pack: PackID) -> SignedRequest? { known.withLock { $0.young[pack] ?? $0.old[pack] } }
}
