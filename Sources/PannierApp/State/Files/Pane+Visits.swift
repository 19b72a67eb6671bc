package import PannierCore

// From one listing to another.
extension Pane {
    /// Goes into the folder under the cursor. False when there is none.
    package mutating func enter() -> Bool {
        guard let row, row.node.kind == .folder, !isTrash else { return false }
        trail.append(visit(cursorKey ?? row.key(in: window.order)))
        let folder = row.node.id
        let role = row.role ?? role
        show(.folder(path(of: row)))
        (self.folder, self.role) = (folder, role)
        return true
    }

    /// Goes to the folder above, or back from the trash. False at the top.
    package mutating func leave() -> Bool {
        if let visit = trail.popLast() {
            let (order, hidesDotNames) = (listing.order, listing.filter.hidesDotNames)
            let left = path.name
            (listing, folder, role, window) = (visit.listing, visit.folder, visit.role, visit.window)
            (cursor, top, cursorKey) = (visit.cursor, visit.top, visit.cursorKey)
            (problem, pending, wanted) = (nil, nil, nil)
            marks = Marks()
            guard listing.order != order || listing.filter.hidesDotNames != hidesDotNames else { return true }
            // It was changed further down.
            (listing.order, listing.filter.hidesDotNames) = (order, hidesDotNames)
            restart()
            wanted = left
            return true
        }
        guard canLeave else { return false }
        let name = path.name
        show(.folder(path.parent ?? .myFiles))
        wanted = name
        return true
    }

    /// Goes anywhere; the way back up is by the path.
    package mutating func go(to source: Listing.Source) {
        let visit = visit(cursorKey)
        let isElsewhere = source != listing.source
        trail = []
        show(source)
        if isElsewhere { origin = visit }
    }

    /// Back to where it was when a place turns out not to be there. False where that is not known.
    package mutating func goBack() -> Bool {
        guard let visit = origin, !isLoaded else { return false }
        trail = [visit]
        return leave()
    }

    private func visit(_ key: RowKey?) -> Visit {
        Visit(
            listing: listing, folder: folder, role: role, window: window.resting(visible: visible), cursor: cursor,
            top: top, cursorKey: key)
    }

    /// Into the trash, and back by the parent key.
    package mutating func goToTrash() {
        guard !isTrash else { return }
        trail.append(visit(cursorKey))
        isTrashSorted = false
        show(.trash)
    }

    private mutating func show(_ source: Listing.Source) {
        listing.source = source
        listing.filter.letters = ""
        (folder, role) = (nil, nil)
        marks = Marks()
        restart()
    }

    /// Reads from the start.
    private mutating func restart() {
        window = RowWindow(order: order)
        // On the first row, below `../`.
        (cursor, top) = (lead, 0)
        (cursorKey, problem, pending, wanted) = (nil, nil, nil, nil)
        (origin, marks.anchor) = (nil, nil)
    }

    /// The trash is by time unless somebody sorts it.
    package var order: RowOrder {
        isTrash && !isTrashSorted && listing.order == RowOrder() ? RowOrder(.time) : listing.order
    }

    // MARK: How it is listed

    package mutating func sort(by order: RowOrder) {
        guard order != self.order else { return }
        if isTrash { isTrashSorted = true }
        let name = row?.node.name
        listing.order = order
        restart()
        wanted = name
    }

    /// Only what holds these letters in this order.
    package mutating func filter(_ letters: String) {
        guard letters != listing.filter.letters else { return }
        let name = row?.node.name
        listing.filter.letters = letters
        restart()
        if letters.isEmpty { wanted = name }
    }

    package mutating func hideDotNames(_ isHidden: Bool) {
        guard isHidden != listing.filter.hidesDotNames else { return }
        let name = row?.node.name
        listing.filter.hidesDotNames = isHidden
        restart()
        wanted = name
    }

    /// The cursor goes to this name as soon as it is among the rows.
    package mutating func seek(_ name: NodeName) {
        wanted = name
        window.touch()
    }

    /// The cursor goes to a row that may lie far from those that are held.
    package mutating func jump(to found: FoundRow) {
        if window.row(at: found.index)?.node.id != found.row.node.id { window.jump(to: found.row, at: found.index) }
        pending = nil
        move(to: found.index + lead)
    }
}
