package import PannierCore

/// A look at the server's feed that was answered to its end.
package struct ServerLook: Sendable, Hashable {
    /// Grows with every look.
    package var number: Int
    /// When it began, on this machine's clock: what changed there later may not be known.
    package var at: Milliseconds
    package var took: Milliseconds

    package init(number: Int, at: Milliseconds, took: Milliseconds) {
        self.number = number
        self.at = at
        self.took = took
    }
}

/// As of when both sides are known to be the same. A value, told of what happens in the order in which it came about; times
/// in milliseconds of a clock that only goes forward.
///
/// A look at the server says what was there when the look began. Both sides were the same at that moment when
/// 1. the last plan by then had found nothing to be done, and no plan since has found anything, and
/// 2. what changes on this disk was heard of everywhere from that moment on; or else all of it was looked at since.
package struct Sameness: Sendable, Hashable {
    /// Since when plans have nothing to say; nil: something differs, or nobody knows.
    private var alikeSince: Milliseconds?
    /// Since when changes are heard of anywhere in the folder; nil: they are not.
    private var watchedSince: Milliseconds?
    /// The last look that began while all was alike.
    private var last: Begun?
    /// The one before the pass that is under way, and the one before the last whole pass.
    private var beforePass: ServerLook?
    private var beforeWholePass: ServerLook?
    /// How often both sides have become the same.
    package private(set) var times = 0

    private struct Begun: Sendable, Hashable {
        var look: ServerLook
        var at: Milliseconds
    }

    package init() {}

    /// As of when; of no worth while something is still to be looked at or planned. Nil: that is not known.
    package var look: ServerLook? {
        if let last, let watchedSince, watchedSince <= last.at { return last.look }
        return beforeWholePass
    }

    /// - Parameter isEmpty: it was made of whole trees, and nothing is to be done.
    package mutating func planned(isEmpty: Bool, now: Milliseconds) {
        guard isEmpty else { return lose() }
        guard alikeSince == nil else { return }
        alikeSince = now
        times += 1
    }

    /// Something differs, or nobody knows.
    package mutating func lose() {
        alikeSince = nil
        (last, beforePass, beforeWholePass) = (nil, nil, nil)
    }

    package mutating func looked(_ look: ServerLook, now: Milliseconds) {
        let began = now - look.took
        guard let alikeSince, alikeSince <= began else { return }
        last = Begun(look: look, at: began)
    }

    /// A pass over the whole folder begins, and none that was under way goes on.
    package mutating func passBegins() { beforePass = last?.look }

    package mutating func passEnds() { beforeWholePass = beforePass }

    package mutating func watching(isComplete: Bool, now: Milliseconds) {
        watchedSince = isComplete ? watchedSince ?? now : nil
    }
}
