package import PannierCore
package import PannierMirror

/// Which views are fresh: something was changed in them in the last hours. Their changes are pushed; the others are asked
/// for now and then. A value: no clock of its own.
///
/// 1. How old a change is, the server says: by its own clock, and by what has passed here since it told the time.
/// 2. A look that found something and a command that wanted the truth make all views fresh, for as long as a change would:
///    somebody works here.
/// 3. While a screen is attached all are, and afterwards as if it had been a command.
package struct Freshness: Sendable, Hashable {
    /// Milliseconds for which a change makes its view fresh.
    package static let span: Milliseconds = 4 * 3_600_000

    private let span: Milliseconds
    private var ages: [ViewAge] = []
    /// The server's clock, less ours. Nil: it has not told.
    private var ahead: Milliseconds?
    private var touchedAt: Milliseconds?
    private var attached = 0

    package init(span: Milliseconds = Freshness.span) { self.span = span }

    /// What the mirror knows after a look.
    /// - Parameters:
    ///   - serverTime: by the server's clock, now.
    ///   - now: milliseconds of a clock of this machine's that never goes back.
    package mutating func learn(_ ages: [ViewAge], serverTime: Milliseconds?, now: Milliseconds) {
        self.ages = ages
        if let serverTime { ahead = serverTime - now }
    }

    /// Somebody works here, or elsewhere.
    package mutating func touch(now: Milliseconds) { touchedAt = now }

    /// - Parameter count: of screens, and of others that want to hear of everything.
    package mutating func attach(_ count: Int, now: Milliseconds) {
        if count != attached { touchedAt = now }
        attached = count
    }

    /// Somebody else is signed in, or nobody.
    package mutating func forget() {
        (ages, ahead, touchedAt) = ([], nil, nil)
    }

    /// Whether changes are to be pushed.
    package func isFresh(now: Milliseconds) -> Bool { isTouched(now) || !views(now: now).isEmpty }

    /// Whose changes are to be pushed.
    package func views(now: Milliseconds) -> [ViewID] {
        if isTouched(now) { return ages.map(\.view) }
        guard let ahead else { return [] }
        return ages.filter { age in age.newestChange.map { now + ahead - $0 < span } ?? false }.map(\.view)
    }

    private func isTouched(_ now: Milliseconds) -> Bool {
        attached > 0 || touchedAt.map { now - $0 < span } ?? false
    }
}
