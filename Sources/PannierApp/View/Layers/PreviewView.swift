import PannierCore
import PannierScreen

/// Where the text of a preview stands.
struct PreviewBox {
    let frame: Rect
    let text: Rect

    init(in size: Size) {
        frame = Layout(size: size, transfers: 0).panel
        text = frame.inside.narrowed(by: 1)
    }
}

/// Bytes of a file as text for the screen.
enum PreviewText {
    static let tab = 8

    /// Columns of one scalar or byte when it stands at the given column.
    static func columns(of bytes: ArraySlice<UInt8>, at column: Int) -> Int {
        if bytes.elementsEqual([0x09]) { return tab - column % tab }
        return CellWidth.of(SafeText(bytes: bytes))
    }

    /// Tabs become blanks; a carriage return at the end is no part of the line.
    static func safe(_ line: ArraySlice<UInt8>) -> SafeText {
        let line = line.last == 0x0D ? line.dropLast() : line
        return expanded(line)
    }

    /// Columns of the beginning of a line.
    static func columns(of head: ArraySlice<UInt8>) -> Int { CellWidth.of(expanded(head)) }

    private static func expanded(_ line: ArraySlice<UInt8>) -> SafeText {
        guard line.contains(0x09) else { return SafeText(bytes: line) }
        var text: SafeText = ""
        var column = 0
        for part in line.split(separator: 0x09, omittingEmptySubsequences: false).enumerated() {
            if part.offset > 0 {
                let gap = tab - column % tab
                text.append(SafeText(String(repeating: " ", count: gap)))
                column += gap
            }
            let piece = SafeText(bytes: part.element)
            text.append(piece)
            column += CellWidth.of(piece)
        }
        return text
    }

    /// Columns before the first byte's number, and from there to the first sign.
    static func numberColumns(of offset: Int64) -> Int { hex(offset, 8).count + 2 }
    static let codeColumns = 49

    private static func hex(_ number: Int64, _ digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// `00000010  7f 45 4c 46 …  .ELF`
    static func dump(_ bytes: ArraySlice<UInt8>, at offset: Int64) -> SafeText {
        let codes = bytes.map { hex(Int64($0), 2) }.joined(separator: " ")
        let gap = String(repeating: " ", count: max(0, codeColumns - 2 - codes.count))
        let signs = bytes.map { $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C ? String(UnicodeScalar($0)) : "." }.joined()
        return SafeText("\(hex(offset, 8))  \(codes)\(gap)  \(signs)")
    }
}

enum PreviewView {
    static func draw(_ preview: Preview, _ model: Model, _ frame: inout Frame) {
        let box = PreviewBox(in: model.size)
        Dialog.draw(
            box.frame, title: title(preview, model), keys: place(preview, in: box.text), ground: .screen, model.glyphs,
            &frame)
        if let problem = preview.problem {
            frame.paragraph(
                SafeText(problem.onScreen.description), in: box.text, style: Style(.bad),
                ellipsis: model.glyphs.ellipsis)
            return
        }
        if preview.bytes.isEmpty {
            let words: SafeText = preview.size == 0 ? "This file is empty." : "It is being fetched."
            frame.text(words, row: box.text.row, column: box.text.column, width: box.text.columns, style: Style(.quiet))
            return
        }
        lines(preview, model, in: box.text, &frame)
        // In promille, so that any size counts.
        let total = max(1, Int(min(preview.size, .max / 2)) / max(1, box.text.columns))
        ScrollBar.draw(
            total: total, top: Int(preview.top) / max(1, box.text.columns), in: box.text, edge: box.frame.endColumn - 1,
            model.glyphs, &frame)
    }

    private static func lines(_ preview: Preview, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        let lines = TextLines(preview, columns: rect.columns)
        var offset = preview.top
        for row in 0..<rect.rows {
            guard let line = lines.line(at: offset) else { break }
            let text = preview.isText ? PreviewText.safe(line.bytes) : PreviewText.dump(line.bytes, at: offset)
            frame.text(
                text, row: rect.row + row, column: rect.column, width: rect.columns, style: Style(.text), ellipsis: "")
            if let search = preview.search {
                mark(search, preview, line.bytes, at: offset, in: rect.line(row), &frame)
            }
            offset = line.next
        }
    }

    /// What was sought stands out, that which was gone to most of all.
    private static func mark(
        _ search: TextSearch, _ preview: Preview, _ line: ArraySlice<UInt8>, at offset: Int64, in rect: Rect,
        _ frame: inout Frame
    ) {
        // Some of it may stand on the line before or after.
        let reach = search.length - 1
        let from = max(0, line.startIndex - reach)
        let near = Array(preview.bytes[from..<min(preview.bytes.count, line.endIndex + reach)])
        var place = 0
        while let found = search.next(in: near, from: place) {
            place = found + 1
            let match = (from + found..<from + found + search.length).clamped(to: line.startIndex..<line.endIndex)
            guard !match.isEmpty else { continue }
            let isChosen = search.match == preview.start + Int64(from + found)
            let style = Style(.match, on: isChosen ? .cursor : .selected)
            for columns in columns(of: match, in: line, preview, at: offset) {
                let start = rect.column + columns.lowerBound
                // Signs stand behind the numbers, and on a narrow screen beyond its edge.
                guard start < rect.endColumn else { continue }
                frame.restyle(
                    row: rect.row, columns: start..<min(rect.endColumn, start + columns.count), style: style)
            }
        }
    }

    /// Where some bytes of a line are drawn: once in a text; as numbers and as signs where it is none.
    private static func columns(
        of match: Range<Int>, in line: ArraySlice<UInt8>, _ preview: Preview, at offset: Int64
    ) -> [Range<Int>] {
        guard preview.isText else {
            let (first, last) = (match.lowerBound - line.startIndex, match.upperBound - line.startIndex)
            let codes = PreviewText.numberColumns(of: offset)
            let signs = codes + PreviewText.codeColumns
            return [codes + 3 * first..<codes + 3 * last - 1, signs + first..<signs + last]
        }
        let start = PreviewText.columns(of: line[..<match.lowerBound])
        return [start..<max(start, PreviewText.columns(of: line[..<match.upperBound]))]
    }

    private static func title(_ preview: Preview, _ model: Model) -> SafeText {
        let kind: SafeText = preview.isText ? "" : "  bytes, not text"
        let age: SafeText = preview.old.map { "  as of \(Format.minute($0.createdAt))" } ?? ""
        return "\(SafeText(preview.path))  \(Format.bytes(preview.size))\(age)\(kind)"
    }

    /// How much of the file has been passed at the foot of the screen.
    private static func place(_ preview: Preview, in rect: Rect) -> SafeText {
        guard preview.size > 0 else { return "" }
        let lines = TextLines(preview, columns: rect.columns)
        var end = preview.top
        for _ in 0..<rect.rows {
            guard let line = lines.line(at: end) else { break }
            end = line.next
        }
        return "\(Format.percent(min(end, preview.size), of: preview.size)) of \(Format.bytes(preview.size))"
    }
}
