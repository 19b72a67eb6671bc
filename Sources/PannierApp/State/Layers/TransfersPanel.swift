package import PannierCore
package import PannierScreen

/// All transfers, the chunk map of the one under the cursor, and the rate of the last minutes.
package struct TransfersPanel: Layer {
    /// The row stays with its transfer while others come and go.
    private var chosen: TransferID?
    private var line = 0
    /// Keys move in the map, not in the list.
    package private(set) var isInMap = false
    /// The cell under the map's cursor.
    package private(set) var cell = 0
    package private(set) var map: ChunkMap?
    package private(set) var detail: ChunkDetail?
    /// Why there is no map.
    package private(set) var problem: Problem?
    private var askedMap: (transfer: TransferID, at: Milliseconds)?
    private var askedCell: (transfer: TransferID, cell: Int, map: Milliseconds)?
    private var mapAt: Milliseconds = 0

    package var context: Context { .transfers }

    private enum Tag { static let map = 0, cell = 1, order = 2 }

    /// How often the map is read anew while something moves.
    static let refresh: Milliseconds = 250

    package init() {}

    // MARK: Looking

    package func index(_ model: Model) -> Int {
        let items = model.transfers.all
        return chosen.flatMap { id in items.firstIndex { $0.id == id } } ?? max(0, min(line, items.count - 1))
    }

    package func item(_ model: Model) -> Transfers.Item? {
        let items = model.transfers.all
        return items.isEmpty ? nil : items[index(model)]
    }

    // MARK: Keys

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        if isInMap, let moved = moveInMap(action, model) { return moved }
        switch action {
        case .up: move(to: index(model) - 1, model)
        case .down: move(to: index(model) + 1, model)
        case .pageUp: move(to: index(model) - 10, model)
        case .pageDown: move(to: index(model) + 10, model)
        case .top: move(to: 0, model)
        case .bottom: move(to: .max, model)
        case .chunk, .right: isInMap = map != nil
        case .left: break
        default: return control(action, model)
        }
        return settle(model)
    }

    private mutating func move(to index: Int, _ model: Model) {
        let items = model.transfers.all
        guard !items.isEmpty else { return }
        line = max(0, min(index, items.count - 1))
        guard chosen != items[line].id else { return }
        chosen = items[line].id
        (map, detail, problem, askedMap, askedCell, cell) = (nil, nil, nil, nil, nil, 0)
    }

    private mutating func moveInMap(_ action: Action, _ model: Model) -> [Intent]? {
        let columns = max(1, TransfersBox(in: model.size).cells.columns)
        let count = map?.cells.count ?? 1
        switch action {
        case .left: cell -= 1
        case .right: cell += 1
        case .up: cell -= columns
        case .down: cell += columns
        case .top: cell = 0
        case .bottom: cell = count - 1
        case .chunk, .back: isInMap = false
        default: return nil
        }
        cell = max(0, min(cell, count - 1))
        return settle(model)
    }

    private func control(_ action: Action, _ model: Model) -> [Intent]? {
        guard let state = item(model)?.state else { return action == .clearDone ? clear(model) : nil }
        let name = SafeText(state.title)
        switch action {
        case .pause:
            let isOn = [.running, .queued, .retrying].contains(state.state)
            if state.state.isOver { return [.tell(Notice("\(name) has ended; r tries again what failed"))] }
            return [
                .change(
                    .control(isOn ? .pause : .resume, transfers: [state.id]),
                    Deed(isOn ? "\(name) is paused; p goes on" : "\(name) goes on"))
            ]
        case .cancel:
            if state.state.isOver { return [.tell(Notice("\(name) has ended; c clears it from the list"))] }
            return [.open(Question.cancel(state))]
        case .retry:
            let isPaused = state.state == .paused
            return [
                .change(.control(isPaused ? .resume : .retry, transfers: [state.id]), Deed("\(name) is tried again"))
            ]
        case .earlier: return order(.up, state, "\(name): one earlier")
        case .later: return order(.down, state, "\(name): one later")
        case .first: return order(.first, state, "\(name) goes before all others")
        case .slower, .faster: return limit(state.direction, isSlower: action == .slower, model)
        case .clearDone: return clear(model)
        case .log: return [.open(ProblemsPanel())]
        default: return nil
        }
    }

    private func order(_ order: Reorder, _ state: TransferState, _ words: SafeText) -> [Intent] {
        if state.state.isOver { return [.tell(Notice("it has ended"))] }
        return [.change(.reorder(transfer: state.id, order), Deed(words))]
    }

    private func clear(_ model: Model) -> [Intent] {
        guard model.transfers.all.contains(where: { $0.state.state.isOver }) else {
            return [.tell(Notice("nothing has ended yet"))]
        }
        return [.change(.control(.clear, transfers: nil), Deed("what had ended was cleared"))]
    }

    private func limit(_ direction: TransferState.Direction, isSlower: Bool, _ model: Model) -> [Intent] {
        var limits = model.status?.limits ?? TransferLimits()
        let path: WritableKeyPath<TransferLimits, Int64?> = direction == .upload ? \.upload : \.download
        let now = model.rates.now(direction)
        limits[keyPath: path] = RateSteps.step(limits[keyPath: path], isSlower: isSlower, now: now)
        let verb: SafeText = direction == .upload ? "uploads" : "downloads"
        let words: SafeText =
            limits[keyPath: path].map { "\(verb): at most \(Format.rate(Double($0)))" } ?? "\(verb): no limit"
        return [.change(.limit(limits), Deed(words))]
    }

    // MARK: The map

    package mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        if case .link(.opened) = message { (askedMap, askedCell) = (nil, nil) }
        return settle(model)
    }

    private mutating func settle(_ model: Model) -> [Intent] {
        let items = model.transfers.all
        if chosen == nil || !items.contains(where: { $0.id == chosen }) { move(to: line, model) }
        guard model.link == .open, let item = item(model) else { return [] }
        let area = TransfersBox(in: model.size).cells.area
        guard area > 0 else { return [] }
        var intents: [Intent] = []
        let isOld = model.now - mapAt >= Self.refresh && !item.state.state.isOver
        let isOfSize = map?.cells.count == area || (map?.cells.count ?? 0) < area && map != nil
        if askedMap == nil, problem == nil, map == nil || isOld || !isOfSize {
            askedMap = (item.id, model.now)
            intents.append(.ask(.chunkMap(transfer: item.id, cells: area), tag: Tag.map))
        }
        if let map, askedCell?.cell != cell || askedCell?.map != mapAt, map.cells.indices.contains(cell) {
            askedCell = (item.id, cell, mapAt)
            intents.append(
                .ask(.chunk(transfer: item.id, cell: cell, cells: map.cells.count), tag: Tag.cell))
        }
        return intents
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        if tag == Tag.map { askedMap = nil }
        switch answer {
        case .success(.chunkMap(let new)) where new.transfer == item(model)?.id:
            map = new
            mapAt = model.now
            cell = max(0, min(cell, new.cells.count - 1))
        case .success(.chunk(let new)): detail = new
        case .failure(let problem) where tag == Tag.map: self.problem = problem
        case .failure: detail = nil
        case .success: break
        }
        return []
    }

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        let box = TransfersBox(in: model.size)
        if mouse.wheel != 0 { move(to: index(model) + mouse.wheel.signum(), model) }
        guard let place = mouse.click else { return settle(model) }
        if box.rows.holds(place) {
            isInMap = false
            move(to: box.top(model, self) + place.row - box.rows.row, model)
        } else if box.cells.holds(place), map != nil {
            isInMap = true
            cell = (place.row - box.cells.row) * box.cells.columns + place.column - box.cells.column
            cell = max(0, min(cell, (map?.cells.count ?? 1) - 1))
        }
        return settle(model)
    }
}

/// Limits that one key leads through.
enum RateSteps {
    /// Bytes a second.
    static let all: [Int64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 40_000_000, 80_000_000,
        160_000_000, 320_000_000,
    ]

    /// The next limit; nil is none. The first step down from none is just below what is measured now.
    static func step(_ limit: Int64?, isSlower: Bool, now: Double) -> Int64? {
        guard let limit else {
            if !isSlower { return nil }
            return all.last { Double($0) < now } ?? all[0]
        }
        if isSlower { return all.last { $0 < limit } ?? all[0] }
        return all.first { $0 > limit }
    }
}
