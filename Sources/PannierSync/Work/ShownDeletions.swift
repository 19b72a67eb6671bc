import PannierCore
import PannierMirror
import Synchronization

/// The deletions that wait for a person's word, as somebody was shown them last. Others may wait by the time of the word, and
/// be as many.
final class ShownDeletions: Sendable {
    private let last = Mutex(DeletionSet())

    var held: DeletionSet { last.withLock { $0 } }

    func show(_ held: DeletionSet) { last.withLock { $0 = held } }

    /// Whether a word may be for these. Where nobody was shown any, the number alone tells.
    /// - Parameters:
    ///   - here: as many as the word is for; nil: it is for none of that side. So with `there`.
    ///   - held: those that wait now.
    func allow(here: Int?, there: Int?, of held: DeletionSet) -> Bool {
        let shown = self.held
        return Self.isFor(here, shown.here, held.here) && Self.isFor(there, shown.there, held.there)
    }

    private static func isFor(_ count: Int?, _ shown: Set<NodeID>, _ held: Set<NodeID>) -> Bool {
        guard let count else { return true }
        return count == held.count && (shown.isEmpty || shown == held)
    }

    /// The word was said.
    func forget() { last.withLock { $0 = DeletionSet() } }
}
