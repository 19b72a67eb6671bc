import Foundation
package import PannierCore
package import PannierScreen

/// Files and folders of this machine: what goes up, or where things come to.
package struct Picker: Layer {
    package enum Purpose: Sendable {
        /// Into this folder.
        case upload(to: RemotePath)
        case download
    }

    package enum Filling: Sendable {
        /// The way to another folder.
        case path
        /// Letters to filter by.
        case letters
        /// Another name for what comes down.
        case name
    }

    package let purpose: Purpose
    package private(set) var folder: LocalPath
    package private(set) var cursor = 0
    package private(set) var top = 0
    /// Rows that are held, and where they begin.
    package private(set) var rows: [LocalRow] = []
    package private(set) var start = 0
    package private(set) var total: Int?
    package private(set) var problem: Problem?
    package private(set) var marks: [LocalPath] = []
    package private(set) var filter = RowFilter(hidesDotNames: true)
    /// A line that is being filled in, and what with.
    package internal(set) var field: TextField?
    package internal(set) var fills = Filling.path
    /// Why what was typed cannot be taken.
    package internal(set) var trouble: SafeText?
    /// What comes down, and which of its names are taken here.
    package internal(set) var check: NameCheck
    /// The key was pressed before it was known whether names are taken.
    var takesWhenChecked = false
    /// A name of one's own that is being looked for.
    var ownName: LocalPath?
    package private(set) var estimate: Estimate?
    private var estimateNumber: Int64 = 0
    private var isReading = false
    /// Counts what was looked at: answers for anything before it come too late.
    private var generation = 0
    /// Where a typed path led away from: there it goes back to if there is no such folder.
    private var origin: LocalPath?
    /// The cursor goes to this name.
    private var wanted: [UInt8]?

    /// While a line is filled in, keys are text.
    package var context: Context { field == nil ? .picker : .prompt }

    static func upload(to path: RemotePath, from folder: LocalPath) -> Picker { Picker(.upload(to: path), folder) }
    static func download(_ sources: [NameCheck.Source], to folder: LocalPath) -> Picker {
        Picker(.download, folder, sources)
    }

    private init(_ purpose: Purpose, _ folder: LocalPath, _ sources: [NameCheck.Source] = []) {
        check = NameCheck(sources)
        self.purpose = purpose
        self.folder = folder
    }

    /// An estimate is told by events; its answer says only that it could not begin.
    private static let estimateTag = -1
    /// Rows held above and below those that are seen.
    private static let margin = 100

    // MARK: Looking

    package var isUpload: Bool { if case .upload = purpose { true } else { false } }
    /// 1 where the first line is `../`.
    package var lead: Int { folder.folder == nil ? 0 : 1 }
    package var lineCount: Int { lead + (total ?? 0) }
    package func row(atLine line: Int) -> LocalRow? {
        let index = line - lead - start
        return rows.indices.contains(index) ? rows[index] : nil
    }
    package var row: LocalRow? { row(atLine: cursor) }

    /// What Enter's button takes.
    package var targets: [LocalPath] { marks.isEmpty ? row.map { [$0.path] } ?? [] : marks }

    // MARK: Keys

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        if field != nil { return performInField(action, model) }
        let height = PickerBox(in: model.size).list.rows
        switch action {
        case .up: move(to: cursor - 1, height)
        case .down: move(to: cursor + 1, height)
        case .pageUp: move(to: cursor - height, height)
        case .pageDown: move(to: cursor + height, height)
        case .top: move(to: 0, height)
        case .bottom: move(to: lineCount - 1, height)
        case .open: return open()
        case .parent: leave()
        case .goPath: fill(.path, TextField(folder.description + (folder.description == "/" ? "" : "/")))
        case .filter: fill(.letters, TextField(filter.letters))
        case .hidden: show(folder, hidesDotNames: !filter.hidesDotNames)
        case .mark: toggleMark(height)
        case .info: return toggleEstimate(model)
        case .confirm: return confirm()
        case .back: return stopEstimate() + [.close]
        default: return nil
        }
        return read(height)
    }

    private mutating func move(to line: Int, _ height: Int) {
        cursor = max(0, min(line, lineCount - 1))
        top = max(0, min(max(top, cursor - height + 1), cursor))
    }

    private mutating func show(_ folder: LocalPath, hidesDotNames: Bool? = nil, wanted: [UInt8]? = nil) {
        self.folder = folder
        origin = nil
        forgetCheck()
        filter = RowFilter(hidesDotNames: hidesDotNames ?? filter.hidesDotNames)
        self.wanted = wanted
        restart()
    }

    private mutating func restart() {
        (rows, start, total, problem) = ([], 0, nil, nil)
        (cursor, top, isReading) = (lead, 0, false)
        generation += 1
    }

    private mutating func open() -> [Intent] {
        if cursor < lead {
            leave()
            return read(1)
        }
        guard let row else { return [] }
        if row.isFolder {
            show(row.path)
            return read(1)
        }
        return isUpload ? confirm() : [.tell(Notice("this is a file: choose the folder it goes to"))]
    }

    private mutating func leave() {
        guard let above = folder.folder else { return }
        show(above, wanted: folder.lastComponent)
    }

    private mutating func toggleMark(_ height: Int) {
        guard let row else { return }
        if let index = marks.firstIndex(of: row.path) { marks.remove(at: index) } else { marks.append(row.path) }
        move(to: cursor + 1, height)
    }

    private mutating func confirm() -> [Intent] {
        switch purpose {
        case .upload(let target):
            let sources = targets
            guard !sources.isEmpty else { return [.tell(Notice("nothing is marked, and there is no file here"))] }
            let name = SafeText(bytes: sources[0].lastComponent)
            let what: SafeText = sources.count == 1 ? name : "\(sources.count) things"
            let deed = Deed("\(what) on the way to \(SafeText(target)): w shows it", count: sources.count)
            return stopEstimate() + [.close, .change(.put(sources: sources, target: target), deed)]
        case .download: return bring()
        }
    }

    // MARK: The line

    mutating func fill(_ what: Filling, _ line: TextField) { (field, fills, trouble) = (line, what, nil) }

    private mutating func performInField(_ action: Action, _ model: Model) -> [Intent]? {
        guard let text = field?.text else { return nil }
        switch action {
        case .back:
            (field, trouble, ownName) = (nil, nil, nil)
            if fills == .letters { refilter("") }
        case .confirm where fills == .name: return bring(as: text, model)
        case .confirm:
            field = nil
            if fills == .path { go(to: text, model) }
        // A name has nothing to do with the list.
        case .up where fills == .name, .down where fills == .name: return []
        case .up, .down:
            let height = PickerBox(in: model.size).list.rows
            move(to: max(lead, cursor + (action == .up ? -1 : 1)), height)
            return read(height)
        default: return nil
        }
        return read(1)
    }

    package mutating func type(_ key: Key, _ model: Model) -> [Intent]? {
        if field == nil, case .paste(let text) = key {
            go(to: text, model)
            return read(1)
        }
        if field == nil, key == .tab {
            return [.tell(Notice("there is one list here; s takes what is marked, / goes elsewhere"))]
        }
        guard field != nil, field?.press(key) == true else { return nil }
        (trouble, ownName) = (nil, nil)
        if fills == .letters { refilter(field?.text ?? "") }
        return read(1)
    }

    private mutating func refilter(_ letters: String) {
        filter.letters = letters
        restart()
    }

    /// A path that was typed or pasted; one that does not begin with a slash is meant from here on, and `~` is home.
    private mutating func go(to typed: String, _ model: Model) {
        let text = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { return }
        let here = folder
        show(place(text, model))
        origin = here
    }

    /// What was typed in this folder means.
    func place(_ text: String, _ model: Model) -> LocalPath {
        let bytes = ByteText.bytes(of: text)
        if let home = model.surroundings.home, text == "~" || text.hasPrefix("~/") {
            return text.count > 2 ? home.appending(Array(bytes.dropFirst(2))).trimmed : home
        }
        return text.hasPrefix("/") ? LocalPath(bytes: bytes).trimmed : folder.appending(bytes).trimmed
    }

    // MARK: Rows

    package mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        if case .link(.opened) = message { begin() }
        if case .link(.event(.estimate(let told))) = message, told.number == estimateNumber, estimate != nil {
            estimate = told
        }
        guard model.link == .open else { return [] }
        return read(PickerBox(in: model.size).list.rows)
    }

    /// On a new link, whatever was asked is asked again; the agent has dropped an estimate that was not over.
    private mutating func begin() {
        (isReading, problem) = (false, nil)
        forgetCheck()
        generation += 1
        if estimate?.isOver == false { estimate = nil }
    }

    /// What was said or asked of another folder, or of another agent, is past.
    private mutating func forgetCheck() {
        check.forget()
        (takesWhenChecked, ownName) = (false, nil)
    }

    private mutating func read(_ height: Int) -> [Intent] {
        readRows(height) + (total == nil ? [] : check.asks(in: folder))
    }

    private mutating func readRows(_ height: Int) -> [Intent] {
        guard !isReading, problem == nil else { return [] }
        let first = max(0, top - lead)
        // No more than one answer holds, or what is missing would be asked for again and again.
        let needed = first..<first + min(max(1, height), Limits.pageRows - Self.margin)
        let isHeld = total.map { needed.clamped(to: 0..<$0) } ?? needed
        guard total == nil || isHeld.lowerBound < start || isHeld.upperBound > start + rows.count else { return [] }
        isReading = true
        let from = max(0, first - Self.margin)
        let limit = min(needed.upperBound + Self.margin - from, Limits.pageRows)
        return [
            .ask(.listLocal(LocalListing(folder: folder, filter: filter), start: from, limit: limit), tag: generation)
        ]
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        if tag == Self.estimateTag, case .failure(let problem) = answer {
            estimate = nil
            return [.tell(Notice(problem))]
        }
        if NameCheck.knows(tag: tag) { return took(check.take(answer, tag: tag)) }
        guard tag == generation else { return [] }
        isReading = false
        switch answer {
        case .failure(let problem): return fail(problem)
        case .success(.localRows(let page)):
            (rows, start, total) = (page.rows, page.start, page.total)
            if let wanted, let index = rows.firstIndex(where: { $0.path.lastComponent == wanted }) {
                cursor = lead + start + index
            }
            wanted = nil
        case .success: break
        }
        move(to: cursor, PickerBox(in: model.size).list.rows)
        return []
    }

    /// A path to a file leads to its folder, with the cursor on it; one to nothing back to where it was typed.
    private mutating func fail(_ problem: Problem) -> [Intent] {
        if problem.code == .notFolder, let above = folder.folder {
            show(above, wanted: folder.lastComponent)
        } else if let origin {
            show(origin)
            return [.tell(Notice(problem))]
        } else {
            self.problem = problem
        }
        return []
    }

    // MARK: What it would cost

    private mutating func toggleEstimate(_ model: Model) -> [Intent] {
        if estimate != nil { return stopEstimate() }
        let sources = targets
        guard !sources.isEmpty else { return [.tell(Notice("nothing is marked, and there is no file here"))] }
        // The number of its question: another picker's estimate has another one.
        estimateNumber = Int64(model.tickets + 1)
        estimate = Estimate(number: estimateNumber)
        return [.ask(.estimate(sources: sources, number: estimateNumber), tag: Self.estimateTag)]
    }

    private mutating func stopEstimate() -> [Intent] {
        guard estimate != nil else { return [] }
        estimate = nil
        return [.ask(.estimate(sources: [], number: estimateNumber), tag: Self.estimateTag)]
    }

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        let box = PickerBox(in: model.size)
        let height = box.list.rows
        if mouse.wheel != 0 { move(to: cursor + mouse.wheel, height) }
        if let place = mouse.click, box.list.holds(place) {
            let line = top + place.row - box.list.row
            let isDouble = if case .double = mouse.deed { true } else { false }
            if line < lineCount { move(to: line, height) }
            if isDouble, line < lineCount { return open() + read(height) }
        }
        return read(height)
    }
}
