import PannierCore
package import PannierScreen

/// The themes; the one under the cursor is shown at once.
package struct ThemeChooser: Layer {
    package let all: [String]
    package private(set) var cursor: Int
    private let old: String

    package var context: Context { .themes }

    init(current: String, all: [String]) {
        self.all = all
        old = current
        cursor = all.firstIndex(of: current) ?? 0
    }

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        switch action {
        case .up: return move(to: cursor - 1)
        case .down: return move(to: cursor + 1)
        case .pageUp, .top: return move(to: 0)
        case .pageDown, .bottom: return move(to: all.count - 1)
        case .confirm: return [.close, .tell(Notice(advice(model)))]
        case .back: return [.close, .theme(old)]
        default: return nil
        }
    }

    private func advice(_ model: Model) -> SafeText {
        guard all.indices.contains(cursor) else { return "there are no themes" }
        return Self.advice(all[cursor], model)
    }

    /// How to keep a theme that was chosen: the screen writes no files of settings.
    static func advice(_ name: String, _ model: Model) -> SafeText {
        let file = SafeText(model.surroundings.settingsFile)
        return "\(SafeText(name)) until you leave; to keep it: theme = \"\(SafeText(name))\" in \(file)"
    }

    private mutating func move(to index: Int) -> [Intent] {
        guard !all.isEmpty else { return [] }
        cursor = max(0, min(index, all.count - 1))
        return [.theme(all[cursor])]
    }

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        switch mouse.deed {
        case .wheelUp: return move(to: cursor - 1)
        case .wheelDown: return move(to: cursor + 1)
        case .press(.left), .double(.left):
            let list = ThemeList(self, in: model.size)
            guard list.box.holds(mouse.place) else { return [.close, .theme(old)] }
            return list.entry(atRow: mouse.row).map { move(to: $0) } ?? []
        default: return []
        }
    }
}
