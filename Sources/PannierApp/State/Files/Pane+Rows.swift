package import PannierCore

// Asking for rows, and taking them.
extension Pane {
    /// The rows may have changed: they are asked for again.
    package mutating func touch() { window.touch() }

    /// Forgets what is on its way: the link that carried it has gone.
    package mutating func forgetPending() { pending = nil }

    /// What to ask the agent now, if anything; noted as asked under `ticket`. After a problem nothing is asked until
    /// ``touch()``: by an event, a key, a new link.
    package mutating func ask(ticket: Int) -> EngineCommand? {
        guard pending == nil, problem == nil || window.isStale, let ask = window.missing(around: visible) else {
            return nil
        }
        pending = (ticket, ask)
        problem = nil
        window.sent(ask)
        return ask.command(for: asked)
    }

    /// The listing as the agent is asked for it.
    package var asked: Listing { Listing(listing.source, order: order, filter: listing.filter) }

    package func awaits(_ ticket: Int) -> Bool { pending?.ticket == ticket }

    /// - Parameter verified: all that the server has was here when the rows were read: what comes after them is news.
    package mutating func accept(_ page: RowPage, verified: Bool) {
        guard let ask = pending?.ask else { return }
        pending = nil
        problem = nil
        let old = window
        window.accept(page, for: ask, visible: visible)
        let isSameStretch = if case .again = ask { true } else { old.total == 0 }
        news = isSameStretch && hadAll ? window.news(since: old, isOfShares: path == .sharedWithMe) : []
        hadAll = verified
        marks.refresh(from: window.rows, gone: isSameStretch ? window.gone(since: old) : [])
        keepRange(since: old)
        if let wanted, let index = window.rows.firstIndex(where: { $0.node.name == wanted }) {
            cursorKey = window.rows[index].key(in: window.order)
            self.wanted = nil
        }
        guard let key = cursorKey else {
            fit(height: height)
            return cursorKey = row?.key(in: window.order)
        }
        if let index = window.index(of: key) {
            top += lead + index - cursor
            cursor = lead + index
        }
        fit(height: height)
        cursorKey = row?.key(in: window.order) ?? cursorKey
    }

    package mutating func fail(_ problem: Problem) {
        pending = nil
        self.problem = problem
    }
}
