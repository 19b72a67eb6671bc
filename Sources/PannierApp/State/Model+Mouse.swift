import PannierCore
import PannierScreen

// The mouse: what is on top gets it, and the hints can be pressed.
extension Model {
    mutating func point(_ mouse: Mouse) -> [Effect] {
        if mouse.click != nil { escapedAt = nil }
        if let place = mouse.click, [.panes, .transfers].contains(context), HeaderLine(self).isProblems(at: place),
            let binding = bindings.first(where: { [.problems, .log].contains($0.action) })
        {
            prefix = []
            return perform(binding)
        }
        if let place = mouse.click,
            let binding = HintLine(self).binding(at: place) ?? FunctionKeysView(self).binding(at: place)
        {
            prefix = []
            return perform(binding)
        }
        if let shelf = shelves.last {
            return withLayer(shelf.number) { layer, model in layer.point(mouse, model) }
        }
        return pointAtPanes(mouse)
    }

    private mutating func pointAtPanes(_ mouse: Mouse) -> [Effect] {
        let rects = layout.panes
        guard let hit = rects.firstIndex(where: { $0.holds(mouse.place) }) else {
            if mouse.click != nil, layout.strip.holds(mouse.place) { open(TransfersPanel()) }
            return []
        }
        let index = rects.count == 1 ? focus : hit
        if mouse.click != nil { endNotice() }
        if mouse.wheel != 0 {
            panes[index].scroll(by: mouse.wheel)
            return []
        }
        let line = panes[index].top + mouse.row - rects[hit].row - 2
        let isOnLine =
            line >= panes[index].top && line < min(panes[index].lineCount, panes[index].top + layout.paneLines)
        if let place = mouse.click, let key = PaneHeads(panes[index], in: rects[hit].inside, glyphs).key(at: place) {
            focus = index
            return sort(by: key)
        }
        switch mouse.deed {
        case .press(.left):
            focus = index
            if isOnLine { panes[index].move(to: line) }
            if isOnLine, mouse.isControl { panes[index].toggleMark() }
        case .double(.left) where isOnLine:
            focus = index
            panes[index].move(to: line)
            return open()
        case .press(.right) where isOnLine:
            focus = index
            panes[index].move(to: line)
            return perform(.actions)
        default: break
        }
        return []
    }

    private mutating func open() -> [Effect] { press(.open) }

    /// By the column whose head was clicked; the other way round if it is sorted by that already.
    private mutating func sort(by key: RowOrder.Key) -> [Effect] {
        let old = focused.order
        let order = RowOrder(key, isReversed: old.key == key && !old.isReversed)
        return Action.allCases.first { RowOrder($0) == order }.map { press($0) } ?? []
    }

    /// As a key that is bound to it among the files.
    private mutating func press(_ action: Action) -> [Effect] {
        guard let binding = keymap.bindings(in: .panes).first(where: { $0.action == action }) else { return [] }
        return perform(binding)
    }
}
