import PannierCore
import PannierScreen

// What lies over the panes.
extension Model {
    mutating func open(_ layer: any Layer) {
        shelfNumbers += 1
        shelves.append(Shelf(number: shelfNumbers, layer: layer))
    }

    /// Lets a layer change itself, which does not see itself in the model meanwhile, and carries out what it wants.
    mutating func withLayer(_ number: Int, _ body: (inout any Layer, Model) -> [Intent]) -> [Effect] {
        guard let index = shelves.firstIndex(where: { $0.number == number }) else { return [] }
        var layer = shelves[index].layer
        let intents = body(&layer, self)
        shelves[index].layer = layer
        return intents.flatMap { carryOut($0, of: number) }
    }

    private mutating func carryOut(_ intent: Intent, of number: Int) -> [Effect] {
        switch intent {
        case .close: shelves.removeAll { $0.number == number }
        case .open(let layer): open(layer)
        case .ask(let command, let tag): return [ask(command, for: .layer(number: number, tag: tag))]
        case .change(let command, let deed): return [begin(command, deed.of(layer: number))]
        case .perform(let action): return perform(action)
        case .run(let binding): return perform(binding)
        case .leaveWhenStopped: leavesWhenStopped = true
        case .tell(let notice): self.notice = notice
        case .go(let path): go(to: path)
        case .filter(let letters): panes[focus].filter(letters)
        case .find(let text): return find(text)
        case .search(let text):
            guard let shelf = shelves.last(where: { $0.layer is Preview }) else { return [] }
            return withLayer(shelf.number) { layer, model in
                guard var preview = layer as? Preview else { return [] }
                let intents = preview.search(text, model)
                layer = preview
                return intents
            }
        case .theme(let name):
            theme = name
            return [.theme(name)]
        case .command(let line): return run(line)
        }
        return []
    }

    /// Sends a change. What it was asked of is not marked any more: the next key must not mean it again.
    mutating func begin(_ command: EngineCommand, _ deed: Deed) -> Effect {
        switch command {
        case .trash, .move, .copy, .get, .share, .restore: panes[focus].clearMarks()
        default: break
        }
        var deed = deed
        deed.listing = focused.asked
        return ask(command, for: .deed(deed, command))
    }

    /// Shows a place in the pane that it belongs to.
    mutating func go(to path: RemotePath) {
        let other = (focus + 1) % panes.count
        if panes[focus].path.space != path.space, panes[other].path.space == path.space {
            focus = other
            notice = Notice("\(Words.title(of: path.space)) has this pane; Tab goes back to the other one")
        }
        panes[focus].go(to: .folder(path))
    }
}
