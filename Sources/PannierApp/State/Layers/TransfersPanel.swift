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
    /// What was asked and not answered yet, of the map; the last that was asked, of the cell.
    private var askedMap: (number: Int, isFinal: Bool)?
    private var askedCell: (number: Int, cell: Int, map: Int)?
    /// Questions are numbered: what another transfer or another cell was asked about is not taken for this one's.
    private var questions = 0
    private var mapAt: Milliseconds = 0
    /// The question that the map came of; 0: there is none.
    private var mapNumber = 0
    /// The transfer had ended when the map was asked for: nothing changes in it any more.
    private var isMapFinal = false

    package var context: Context { .transfers }

    /// How often the map is read anew while something moves.
    static let refresh: Milliseconds = 250

    package init() {}

    // MARK: Looking

    package func index(_ model: Model) -> Int {
        chosen.flatMap(model.transfers.index(of:)) ?? max(0, min(line, model.transfers.all.count - 1))
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
        cell = 0
        forgetMap()
    }

    private mutating func forgetMap() {
        (map, detail, problem, askedMap, askedCell) = (nil, nil, nil, nil, nil)
        (mapNumber, isMapFinal) = (0, false)
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
        guard let state = item(model)?.state else {
            switch action {
            case .clearDone: return clear(model)
            // Before the first upload, too.
            case .slower, .faster: return limit(.upload, isSlower: action == .slower, model)
            default: return nil
            }
        }
        let name = SafeText(state.title)
        switch action {
        case .pause:
            let isOn = [.running, .queued, .retrying].contains(state.state)
            let deed =
                isOn
                ? Deed("\(name) is paused; p goes on", unchanged: "\(name) had ended or was paused already")
                : Deed("\(name) goes on", unchanged: "\(name) had ended or went on already")
            return [.change(.control(isOn ? .pause : .resume, transfers: [state.id]), deed)]
        case .cancel: return [.open(Question.cancel(state))]
        case .retry:
            let isPaused = state.state == .paused
            let deed = Deed("\(name) is tried again", unchanged: "nothing to do: \(name) goes on already")
            return [.change(.control(isPaused ? .resume : .retry, transfers: [state.id]), deed)]
        case .earlier: return order(.up, state, "\(name): one earlier", "\(name) is the first already")
        case .later: return order(.down, state, "\(name): one later", "\(name) is the last already")
        case .first: return order(.first, state, "\(name) goes before all others", "\(name) is the first already")
        case .slower, .faster: return limit(state.direction, isSlower: action == .slower, model)
        case .clearDone: return clear(model)
        case .log: return [.open(ProblemsPanel())]
        default: return nil
        }
    }

    private func order(
        _ order: Reorder, _ state: TransferState, _ words: SafeText, _ unchanged: SafeText
    ) -> [Intent] {
        [.change(.reorder(transfer: state.id, order), Deed(words, unchanged: unchanged))]
    }

    /// What is done or was cancelled. What failed stays: with it, its report would go.
    private func clear(_ model: Model) -> [Intent] {
        let ids = model.transfers.all.filter { [.done, .cancelled].contains($0.state.state) }.map(\.id)
        let failed = model.transfers.counts.failed
        let stay: SafeText =
            "\(Format.count(Int64(failed))) failed stay\(failed == 1 ? "s" : ""): ! shows why, x there forgets"
        guard !ids.isEmpty else { return [.tell(Notice(failed > 0 ? stay : "nothing has ended yet"))] }
        let words: SafeText =
            ids.count == 1 ? "1 transfer cleared" : "\(Format.count(Int64(ids.count))) transfers cleared"
        let deed = Deed(failed > 0 ? "\(words); \(stay)" : words, unchanged: "they were cleared already")
        return [.change(.control(.clear, transfers: ids), deed)]
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
        // What was asked on the link before is not answered any more, and what failed there may go well now.
        if case .link(.opened) = message { (askedMap, askedCell, problem) = (nil, nil, nil) }
        return settle(model)
    }

    private mutating func settle(_ model: Model) -> [Intent] {
        if let place = chosen.flatMap(model.transfers.index(of:)) { line = place } else { move(to: line, model) }
        guard model.link == .open, let item = item(model) else { return [] }
        let area = TransfersBox(in: model.size).cells.area
        guard area > 0 else { return [] }
        var intents: [Intent] = []
        // Once more when it has ended, or the map would stand for ever as it was a moment before.
        let isOver = item.state.state.isOver
        let isOld = isOver ? !isMapFinal : model.now - mapAt >= Self.refresh
        let isOfSize = map?.cells.count == area || (map?.cells.count ?? 0) < area && map != nil
        if askedMap == nil, problem == nil, map == nil || isOld || !isOfSize {
            questions += 1
            askedMap = (questions, isOver)
            intents.append(.ask(.chunkMap(transfer: item.id, cells: area), tag: questions))
        }
        if let map, askedCell?.cell != cell || askedCell?.map != mapNumber, map.cells.indices.contains(cell) {
            questions += 1
            askedCell = (questions, cell, mapNumber)
            intents.append(.ask(.chunk(transfer: item.id, cell: cell, cells: map.cells.count), tag: questions))
        }
        return intents
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        if let asked = askedMap, asked.number == tag {
            askedMap = nil
            takeMap(answer, asked.number, isFinal: asked.isFinal, model)
        } else if askedCell?.number == tag {
            if case .success(.chunk(let new)) = answer { detail = new } else { detail = nil }
        }
        return []
    }

    private mutating func takeMap(
        _ answer: Result<EngineReply, Problem>, _ number: Int, isFinal: Bool, _ model: Model
    ) {
        switch answer {
        case .success(.chunkMap(let new)):
            (map, mapAt, mapNumber, isMapFinal) = (new, model.now, number, isFinal)
            cell = max(0, min(cell, new.cells.count - 1))
        case .success: problem = Problem(.internalError, "The agent gave an answer to something else.")
        case .failure(let problem): self.problem = problem
        }
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
