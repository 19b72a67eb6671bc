import PannierCore
import PannierMirror

extension Planning {
    /// What is to be read, sent and fetched for files that stand on both sides. Of two edits both are kept: ours is sent on
    /// top, and the service keeps the other as a version in conflict.
    mutating func exchangeContents() {
        for (index, item) in tree.items.enumerated().dropFirst() {
            if item.fate == .pending || item.isToBeRead, let local = item.local { plan.steps.append(.read(local)) }
            guard item.fate == .alive, let local = item.local, let node = item.node, here.places[index] != nil,
                let remote = item.remote?.content, item.here?.content != remote
            else { continue }
            switch (item.isChangedHere, item.isChangedThere || item.synced == nil) {
            case (false, false): break
            case (true, _) where item.here?.content == nil: plan.steps.append(.read(local))
            // Sending reads it, too. But one that was only touched must not be sent over what others have done meanwhile.
            case (nil, false) where !item.isOfOtherSize: plan.steps.append(.read(local))
            case (true, _), (nil, false): plan.steps.append(.uploadVersion(local, node, base: item.synced?.content))
            case (nil, true): plan.steps.append(.read(local))
            case (false, true):
                // It is to go from here.
                if item.isOnlineOnly { break }
                guard let old = item.synced?.content else { break }
                plan.steps.append(.replaceHere(node, local, with: remote, insteadOf: old))
            }
        }
        // What they hold decides what is done.
        if plan.steps.contains(where: { if case .read = $0 { true } else { false } }) { plan.hasMore = true }
        for item in tree.items {
            if let local = item.local, let other = item.twin { plan.problems.append(.twin(local, of: other)) }
            if item.isReserved, let node = item.node { plan.problems.append(.reserved(node)) }
        }
    }
}
