package import PannierCore

/// What the push loop was last told to do: it asks here, so that it is told of whatever becomes different.
package struct Followed: Sendable, Hashable {
    package enum Difference: Sendable, Hashable {
        case none
        /// It is to be opened, or closed.
        case socket
        /// It is to hear of other views.
        case views
    }

    package private(set) var isOpen = false
    package private(set) var views: [ViewID] = []

    package init() {}

    package mutating func follow(_ freshness: Freshness, now: Milliseconds) -> Difference {
        let before = self
        (isOpen, views) = (freshness.isFresh(now: now), freshness.views(now: now))
        if isOpen != before.isOpen { return .socket }
        return views == before.views ? .none : .views
    }
}
