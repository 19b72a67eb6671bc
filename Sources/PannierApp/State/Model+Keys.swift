import PannierCore
import PannierScreen

// From a key to an action.
extension Model {
    mutating func press(_ pressed: Key) -> [Effect] {
        if case .ground(let rgb) = pressed { return [.ground(rgb)] }
        if layout.isTooSmall { return pressBlindly(pressed) }
        if case .mouse(let mouse) = pressed { return point(mouse) }
        let key = translated(pressed)
        escapedAt = key == .escape ? now : nil
        let keys = prefix + [key]
        switch keymap.match(keys, in: context) {
        case .prefix:
            if prefix.isEmpty { prefixSince = now }
            prefix = keys
            endNotice()
            return []
        case .action(let binding):
            prefix = []
            return perform(binding)
        case .nothing:
            guard prefix.isEmpty else {
                prefix = []
                if key != .escape {
                    notice = Notice("no such keys here: \(SafeText(Binding.name(of: keys)))")
                }
                return []
            }
            return type(key)
        }
    }

    /// Where nothing can be seen, nothing is done that one would have to see.
    private mutating func pressBlindly(_ key: Key) -> [Effect] {
        prefix = []
        guard case .action(let binding) = keymap.match([key], in: .panes),
            [.leave, .suspend, .repaint].contains(binding.action)
        else { return [] }
        return perform(binding)
    }

    /// Does it, or says why not.
    mutating func perform(_ binding: Binding) -> [Effect] {
        endNotice(isMeant: binding.action == .back && !isFillingIn)
        if context == .panes, binding.action.endsRange, focused.marks.anchor != nil {
            let reading = markRange()
            guard reading.isEmpty else {
                notice = Notice("the range is being marked; then press it again")
                return reading
            }
        }
        if let reason = binding.reason(self) {
            notice = Notice(reason)
            return []
        }
        return perform(binding.action)
    }

    private mutating func type(_ key: Key) -> [Effect] {
        var isKnown = false
        var effects: [Effect] = []
        endNotice()
        if let shelf = shelves.last {
            effects = withLayer(shelf.number) { layer, model in
                guard let intents = layer.type(key, model) else { return [] }
                isKnown = true
                return intents
            }
        }
        if isKnown { return effects }
        if context == .panes {
            notice = Notice("no such key here: \(SafeText(key.name)); q leaves, ? keys")
        } else {
            notice = Notice("no such key here: \(SafeText(key.name)); Esc goes back")
        }
        return effects
    }

    /// So long after Esc a digit belongs to it.
    static let escapeLasts: Milliseconds = 1_000

    /// Esc, then at once a digit: the F-key of that number, for terminals that keep F-keys for themselves.
    private func translated(_ key: Key) -> Key {
        guard let escapedAt, (0...Self.escapeLasts).contains(now - escapedAt), case .character(let character) = key,
            let digit = character.wholeNumberValue
        else {
            return key
        }
        return .function(digit == 0 ? 10 : digit)
    }
}
