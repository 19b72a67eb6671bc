package import PannierCore
package import PannierScreen

/// The text of a file, read by pieces: never the whole of it.
package struct Preview: Layer {
    package let path: RemotePath
    package let node: Node
    /// What is shown; nil: what the file holds, and what it will hold.
    package let old: FileVersion?
    /// Bytes of the file that are held, and where they begin.
    package private(set) var bytes: [UInt8] = []
    package private(set) var start: Int64 = 0
    package private(set) var size: Int64
    private var version: VersionID?
    /// Where the first line on the screen begins, in the file.
    package internal(set) var top: Int64 = 0
    package private(set) var problem: Problem?
    package private(set) var isReading = false
    /// Counts the questions: an answer to any but the last one comes too late.
    private var question = 0
    /// Going to the end: as many lines as fit are shown before it.
    private var seeksEnd = false
    /// What is sought in the text.
    package internal(set) var search: TextSearch?

    package var context: Context { .preview }

    init(of pane: Pane) {
        // Where there is none, the binding has said so.
        let row = pane.row ?? pane.window.rows[0]
        path = pane.path(of: row)
        node = row.node
        old = nil
        size = node.content?.size ?? 0
    }

    /// Something that a file has held.
    init(_ version: FileVersion, of row: Row, at path: RemotePath) {
        self.path = path
        node = row.node
        old = version
        size = version.size
    }

    /// Bytes asked for at once.
    static let piece = 128 << 10
    /// Bytes held at most.
    static let capacity = 1 << 20

    /// Whether this is text at all: a file with a NUL byte in it is shown as bytes.
    package var isText: Bool { !bytes.prefix(8_192).contains(0) }

    package var end: Int64 { start + Int64(bytes.count) }

    // MARK: Keys

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        let page = max(1, PreviewBox(in: model.size).text.rows - 1)
        // Whoever goes elsewhere does not wait for what is looked for.
        search?.looking = nil
        switch action {
        case .down: move(by: 1, model)
        case .up: move(by: -1, model)
        case .pageDown: move(by: page, model)
        case .pageUp: move(by: -page, model)
        case .halfDown: move(by: max(1, page / 2), model)
        case .halfUp: move(by: -max(1, page / 2), model)
        case .find: return [.open(Prompt.search())]
        case .findNext, .findPrevious: return seek(isBackwards: action == .findPrevious, model)
        case .top: jump(to: 0)
        case .bottom:
            jump(to: max(0, size - Int64(Self.piece)))
            if end >= size, !bytes.isEmpty { showEnd(model) } else { seeksEnd = true }
        default: return nil
        }
        return read(model)
    }

    private mutating func jump(to offset: Int64) {
        (top, seeksEnd) = (offset, false)
        guard offset < start || offset >= end else { return }
        (bytes, start) = ([], offset)
        // What is on its way belongs elsewhere.
        isReading = false
    }

    private mutating func move(by lines: Int, _ model: Model) {
        // There are no lines yet.
        guard !bytes.isEmpty else { return }
        seeksEnd = false
        let columns = PreviewBox(in: model.size).text.columns
        let pages = TextLines(self, columns: columns)
        if lines > 0 {
            let starts = pages.starts(from: top, count: lines + PreviewBox(in: model.size).text.rows)
            // The last line stays on the screen.
            if starts.count > 1 { top = starts[min(lines, starts.count - 1)] }
        } else {
            top = pages.start(before: top, lines: -lines)
        }
    }

    // MARK: Reading

    package mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        if case .link(.opened) = message { (isReading, problem) = (false, nil) }
        return read(model)
    }

    /// Asks for what is missing below or above what can be seen.
    mutating func read(_ model: Model) -> [Intent] {
        guard !isReading, problem == nil, model.link == .open, size > 0 else { return [] }
        let seen = Int64(PreviewBox(in: model.size).text.area * 4)
        if end < size, bytes.isEmpty || seeksEnd || end - top < seen * 2 { return ask(from: end) }
        if start > 0, top - seen < start {
            let from = max(0, start - Int64(Self.piece))
            return ask(from: from, length: Int(start - from))
        }
        return []
    }

    private mutating func ask(from offset: Int64, length: Int = piece) -> [Intent] {
        isReading = true
        question += 1
        guard let old else { return [.ask(.preview(path: path, offset: offset, length: length), tag: question)] }
        return [.ask(.previewVersion(old, path: path, offset: offset, length: length), tag: question)]
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        guard isReading, tag == question else { return [] }
        isReading = false
        switch answer {
        case .failure(let problem): self.problem = problem
        case .success(.part(let part)): return accept(part, model)
        case .success: problem = Problem(.internalError, "The agent gave an answer to something else.")
        }
        return []
    }

    private mutating func accept(_ part: FilePart, _ model: Model) -> [Intent] {
        if let version, part.version != version {
            // Somebody has changed it: what is held is of another content.
            (bytes, start, top, size, seeksEnd) = ([], 0, 0, part.size, false)
            self.version = part.version
            search?.forget()
            return read(model) + [
                .tell(Notice("\(SafeText(node.name)) has been changed meanwhile: this is the new text"))
            ]
        }
        version = part.version
        size = part.size
        let held = start..<end
        if part.offset == end {
            bytes += part.bytes
            if part.bytes.isEmpty { size = end }
            // It ends before the place that was looked for.
            if bytes.isEmpty { jump(to: 0) }
        } else if part.offset + Int64(part.bytes.count) == start {
            bytes = Array(part.bytes) + bytes
            start = part.offset
        }
        trim()
        if seeksEnd, end >= size { showEnd(model) }
        return seekOn(since: held, model) + read(model)
    }

    /// Lets go of what is far from what is seen.
    private mutating func trim() {
        guard bytes.count > Self.capacity else { return }
        let half = Int64(Self.capacity / 2)
        let front = Int(max(0, min(top - half, end - Int64(Self.capacity)) - start))
        bytes.removeFirst(front)
        start += Int64(front)
        bytes.removeLast(max(0, bytes.count - Self.capacity))
    }

    private mutating func showEnd(_ model: Model) {
        seeksEnd = false
        let box = PreviewBox(in: model.size).text
        top = TextLines(self, columns: box.columns).start(before: end, lines: box.rows)
    }

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        if mouse.wheel != 0 {
            search?.looking = nil
            move(by: mouse.wheel, model)
        }
        return read(model)
    }
}

/// Lines of a preview as they are broken at a number of columns.
package struct TextLines {
    private let preview: Preview
    private let columns: Int

    package init(_ preview: Preview, columns: Int) {
        self.preview = preview
        self.columns = max(1, columns)
    }

    /// Bytes of one line on the screen, from `offset`; without its line break.
    package func line(at offset: Int64) -> (bytes: ArraySlice<UInt8>, next: Int64)? {
        let bytes = preview.bytes
        let from = Int(offset - preview.start)
        guard from >= 0, from < bytes.count else { return nil }
        if !preview.isText {
            let to = min(bytes.count, from + 16)
            return (bytes[from..<to], offset + Int64(to - from))
        }
        // A cluster of one column takes a byte at least; those that take more break the line earlier when drawn.
        let limit = min(bytes.count, from + columns * 4)
        let newline = bytes[from..<limit].firstIndex(of: 0x0A)
        let whole = bytes[from..<(newline ?? limit)]
        let fitting = fit(whole)
        if fitting.count == whole.count, let newline { return (whole, preview.start + Int64(newline) + 1) }
        return (fitting, offset + Int64(max(1, fitting.count)))
    }

    /// As many bytes as the columns take, whole characters only.
    private func fit(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if bytes.count <= columns, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return bytes }
        var used = 0
        var end = bytes.startIndex
        while end < bytes.endIndex {
            let length = Self.length(bytes[end...])
            let width = PreviewText.columns(of: bytes[end..<end + length], at: used)
            guard used + width <= columns || used == 0 else { break }
            used += width
            end += length
        }
        return bytes[..<end]
    }

    /// Bytes of the first scalar, or 1 for what is none.
    static func length(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first else { return 0 }
        let wanted = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        guard wanted > 1, bytes.count >= wanted,
            bytes.dropFirst().prefix(wanted - 1).allSatisfy({ $0 & 0xC0 == 0x80 })
        else { return 1 }
        return wanted
    }

    /// Where lines begin, from `offset` on.
    package func starts(from offset: Int64, count: Int) -> [Int64] {
        var starts = [offset]
        while starts.count < count, let line = line(at: starts[starts.count - 1]), line.next < preview.end {
            starts.append(line.next)
        }
        return starts
    }

    /// Where the line begins that lies so many lines before `offset`.
    package func start(before offset: Int64, lines: Int) -> Int64 {
        guard offset > preview.start else { return preview.start }
        let offset = min(offset, preview.end)
        // From a line break far enough up, the lines are counted downwards: only so do they break as they did.
        let reach = Int64((lines + 2) * columns * (preview.isText ? 4 : 1))
        var from = max(preview.start, offset - reach)
        if preview.isText, from > preview.start {
            let slice = preview.bytes[Int(from - preview.start)..<Int(offset - preview.start)]
            if let newline = slice.dropLast().firstIndex(of: 0x0A) { from = preview.start + Int64(newline) + 1 }
        } else if !preview.isText {
            from = max(preview.start, offset - Int64(lines * 16))
            return from
        }
        var starts = [from]
        while let line = line(at: starts[starts.count - 1]), line.next < offset { starts.append(line.next) }
        return starts[max(0, starts.count - lines)]
    }
}
