import PannierCore
import PannierScreen

// Looking for something in the text: in what is held, then piece by piece beyond it, and never without saying how far.
extension Preview {
    /// From the first line on the screen on.
    mutating func search(_ text: String, _ model: Model) -> [Intent] {
        search = TextSearch(text)
        return seek(isBackwards: false, model)
    }

    /// What was sought, again.
    mutating func seek(isBackwards: Bool, _ model: Model) -> [Intent] {
        guard let search else { return [] }
        guard !bytes.isEmpty else { return tell(size == 0 ? "this file is empty" : "it is still being fetched") }
        let seen = seen(model)
        let old = search.match.flatMap { seen.contains($0) ? $0 : nil }
        // From what was found last; from what is seen, if that has been left.
        let from = old.map { isBackwards ? $0 : $0 + 1 } ?? seen.lowerBound
        if let found = find(from: from, isBackwards) { return show(found, "", model) }
        return pass(isBackwards ? .front : .back, model)
    }

    /// Bytes of the file that are on the screen.
    private func seen(_ model: Model) -> Range<Int64> {
        let box = PreviewBox(in: model.size).text
        let lines = TextLines(self, columns: box.columns)
        var end = top
        for _ in 0..<box.rows {
            guard let line = lines.line(at: end) else { break }
            end = line.next
        }
        return top..<max(top, end)
    }

    private func find(from offset: Int64, _ isBackwards: Bool) -> Int64? {
        let index = Int(offset - start)
        let found = isBackwards ? search?.previous(in: bytes, before: index) : search?.next(in: bytes, from: index)
        return found.map { start + Int64($0) }
    }

    private mutating func show(_ match: Int64, _ more: SafeText, _ model: Model) -> [Intent] {
        search?.forget()
        search?.match = match
        if !seen(model).contains(match) {
            let box = PreviewBox(in: model.size).text
            // Its line, and some before it.
            top = TextLines(self, columns: box.columns).start(before: match + 1, lines: 1 + box.rows / 4)
        }
        return read(model)
            + tell("\(quoted) found\(more): \(key(.back, model)) the next, \(key(.front, model)) the one before")
    }

    // MARK: Beyond what is held

    /// Nothing more up to the end of what is held.
    private mutating func pass(_ edge: TextSearch.Edge, _ model: Model) -> [Intent] {
        if isWhole(at: edge) { return wrap(edge, model) }
        guard search?.edge != edge else {
            search?.looking = TextSearch.Looking(edge: edge)
            return lookOn(edge, model)
        }
        search?.edge = edge
        return tell(
            "no \(quoted) \(edge == .back ? "below" : "above") in what is fetched, \(extent): \(key(edge, model)) fetches more"
        )
    }

    /// The piece beyond that end is fetched, and looked through when it is there.
    private mutating func lookOn(_ edge: TextSearch.Edge, _ model: Model) -> [Intent] {
        search?.looking?.pieces -= 1
        let box = PreviewBox(in: model.size).text
        top = edge == .front ? start : TextLines(self, columns: box.columns).start(before: end, lines: 1)
        return read(model) + tell("looking for \(quoted) beyond \(extent); Esc leaves")
    }

    /// A piece has come.
    /// - Parameter held: what was held before.
    mutating func seekOn(since held: Range<Int64>, _ model: Model) -> [Intent] {
        guard let search, let looking = search.looking else { return [] }
        let edge = looking.edge
        // What was sought may stand across the seam.
        let seam = edge == .front ? held.lowerBound : max(start, held.upperBound - Int64(search.length) + 1)
        if let found = find(from: seam, edge == .front) { return show(found, "", model) }
        if isWhole(at: edge) { return wrap(edge, model) }
        // It may have come at the other end.
        guard edge == .front ? start < held.lowerBound : end > held.upperBound else { return [] }
        if looking.pieces > 0 { return lookOn(edge, model) }
        self.search?.looking = nil
        return tell("no \(quoted) so far; held is \(extent): \(key(edge, model)) looks on")
    }

    /// Nothing is left there to fetch.
    private func isWhole(at edge: TextSearch.Edge) -> Bool { edge == .back ? end >= size : start == 0 }

    /// At an end of the file: from its other end, if all between is held.
    private mutating func wrap(_ edge: TextSearch.Edge, _ model: Model) -> [Intent] {
        search?.looking = nil
        let isBack = edge == .back
        guard isWhole(at: isBack ? .front : .back) else {
            return tell(
                isBack
                    ? "no \(quoted) down to the end; \(key(.front, model)) looks upwards"
                    : "no \(quoted) up to the start; \(key(.back, model)) looks downwards")
        }
        guard let found = find(from: isBack ? start : end, !isBack) else { return tell("no \(quoted) in this text") }
        return show(found, isBack ? ", from the start again" : ", from the end again", model)
    }

    // MARK: Words

    private func tell(_ words: SafeText) -> [Intent] { [.tell(Notice(words))] }
    private var quoted: SafeText { "“\(SafeText(search?.text ?? ""))”" }
    private var extent: SafeText { "\(Format.bytes(start)) to \(Format.bytes(end)) of \(Format.bytes(size))" }

    /// What looks towards that end.
    private func key(_ edge: TextSearch.Edge, _ model: Model) -> SafeText {
        let action: Action = edge == .back ? .findNext : .findPrevious
        let keys = model.keymap.bindings(in: .preview).first { $0.action == action }?.keys.first
        return keys.map { SafeText(Binding.name(of: $0)) } ?? ":\(SafeText(action.rawValue))"
    }
}
