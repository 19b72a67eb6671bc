package import PannierScreen

/// What an xterm does with the bytes it is sent, as far as a program needs that describes its terminal with
/// terminfo's xterm-256color. A sequence it does not know is kept in `unknown`: a test fails on it.
package struct Emulator {
    package struct Place: Equatable {
        package var text = " "
        /// 0: the right half of a wide character.
        package var width = 1
        package var look = Look()
    }

    package private(set) var places: [[Place]]
    package private(set) var unknown: [String] = []
    package var isOnAlternateScreen: Bool { modes.contains("alternate screen") }
    package private(set) var showsCursor = true
    /// Modes that are set: `alternate screen`, `mouse`, `paste`, `cursor keys`, `reversed order`.
    package private(set) var modes: Set<String> = ["reversed order"]
    /// Those that were ever set since.
    package private(set) var modesSeen: Set<String> = []
    private let size: Size
    private var row = 0
    private var column = 0
    private var top = 0
    private var bottom: Int
    private var rendition = Rendition()
    private var look: Look { rendition.look }
    private var last = " "

    package init(size: Size) {
        self.size = size
        bottom = size.rows - 1
        places = Self.blank(size)
    }

    private static func blank(_ size: Size) -> [[Place]] {
        Array(repeating: Array(repeating: Place(), count: size.columns), count: size.rows)
    }

    package var lines: [String] {
        places.map { row in
            var line = row.map(\.text).joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    // MARK: Reading

    package mutating func take(_ bytes: [UInt8]) {
        var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\u{1B}": escape(&scalars)
            case "\r": column = 0
            case "\n":
                settle()
                down()
            case "\u{8}":
                settle()
                column = max(0, column - 1)
            case "\t": column = min(size.columns - 1, (column / 8 + 1) * 8)
            case "\u{7}", "\u{E}", "\u{F}": break
            default: put(scalar)
            }
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = CellWidth.of(scalar)
        if width == 0 {
            places[row][max(0, column - (places[row][max(0, column - 1)].width == 0 ? 2 : 1))].text.unicodeScalars
                .append(scalar)
            return
        }
        // The automatic margin: the next character goes to the next line.
        if column + width > size.columns {
            column = 0
            down()
        }
        blankHalves(width: width)
        last = String(Character(scalar))
        places[row][column] = Place(text: last, width: width, look: look)
        if width == 2 { places[row][column + 1] = Place(text: "", width: 0, look: look) }
        column += width
    }

    /// Behind the last column the cursor waits on that column for the next character; every movement starts from there.
    private mutating func settle() { column = min(column, size.columns - 1) }

    /// Of a wide character that is half overwritten, nothing stays.
    private mutating func blankHalves(width: Int) {
        if places[row][column].width == 0 { places[row][column - 1] = Place(look: places[row][column - 1].look) }
        let end = column + width - 1
        if places[row][end].width == 2 { places[row][end + 1] = Place(look: places[row][end + 1].look) }
    }

    private mutating func down() { if row == bottom { scroll(by: 1) } else { row = min(size.rows - 1, row + 1) } }

    private mutating func scroll(by lines: Int) {
        let empty = Array(repeating: Place(look: look), count: size.columns)
        for _ in 0..<abs(lines) {
            if lines > 0 {
                places.remove(at: top)
                places.insert(empty, at: bottom)
            } else {
                places.remove(at: bottom)
                places.insert(empty, at: top)
            }
        }
    }

    private mutating func escape(_ scalars: inout ArraySlice<Unicode.Scalar>) {
        switch scalars.popFirst() {
        case "[": control(&scalars)
        case "(", ")": _ = scalars.popFirst()
        case "=", ">", "7", "8": break
        case "M": if row == top { scroll(by: -1) } else { row -= 1 }
        case "]": command(&scalars)
        case let other: unknown.append("ESC \(other.map(String.init) ?? "")")
        }
    }

    /// Operating system commands: the question about the background, ncurses' farewell to colours (`oc`), and the marks
    /// of ``PseudoTerminal``.
    private mutating func command(_ scalars: inout ArraySlice<Unicode.Scalar>) {
        var text = String.UnicodeScalarView()
        while let next = scalars.popFirst(), next != "\u{7}" { text.append(next) }
        let command = String(text)
        if !["11;?", "104"].contains(command), !command.hasPrefix("777;") { unknown.append("OSC \(command)") }
    }

    private mutating func control(_ scalars: inout ArraySlice<Unicode.Scalar>) {
        var text = ""
        while let next = scalars.popFirst() {
            guard (0x40...0x7E).contains(next.value) else {
                text.unicodeScalars.append(next)
                continue
            }
            return perform(String(Character(next)), text)
        }
    }

    // MARK: Doing

    private mutating func perform(_ final: String, _ text: String) {
        if text.hasPrefix("?") { return modes(text.dropFirst(), isSet: final == "h") }
        if !["m", "b"].contains(final) { settle() }
        let numbers = text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let count = max(1, numbers.first ?? 1)
        switch final {
        case "H": (row, column) = (line(numbers.first ?? 1), place(numbers.count > 1 ? numbers[1] : 1))
        case "A": row = max(0, row - count)
        case "B": row = min(size.rows - 1, row + count)
        case "C": column = min(size.columns - 1, column + count)
        case "D": column = max(0, column - count)
        case "G": column = place(count)
        case "d": row = line(count)
        case "r": (top, bottom) = (line(count), line(numbers.count > 1 ? numbers[1] : size.rows))
        case "J", "K", "X": erase(final, numbers.first ?? 0, count)
        case "@": for _ in 0..<count { insert() }
        case "P": for _ in 0..<count { delete() }
        case "L": lines(count, isInsert: true)
        case "M": lines(count, isInsert: false)
        case "S": scroll(by: count)
        case "T": scroll(by: -count)
        case "b": for _ in 0..<count { put(last.unicodeScalars.first!) }
        case "m":
            rendition.apply(text)
            if !rendition.unknown.isEmpty { unknown.append("CSI \(text)m") }
        case "l" where text == "8": note("reversed order", isSet: false)
        case "h" where text == "8": note("reversed order", isSet: true)
        case "l", "t", "h": break
        default: unknown.append("CSI \(text)\(final)")
        }
    }

    /// Places outside are the last ones inside.
    private func line(_ number: Int) -> Int { min(size.rows, max(1, number)) - 1 }
    private func place(_ number: Int) -> Int { min(size.columns, max(1, number)) - 1 }

    private mutating func modes(_ numbers: Substring, isSet: Bool) {
        for number in numbers.split(separator: ";") { mode(number, isSet: isSet) }
    }

    private mutating func mode(_ number: Substring, isSet: Bool) {
        switch number {
        case "1049":
            if isSet { places = Self.blank(size) }
            note("alternate screen", isSet: isSet)
        case "25": showsCursor = isSet
        case "1": note("cursor keys", isSet: isSet)
        case "1000", "1006": note("mouse", isSet: isSet)
        case "2004": note("paste", isSet: isSet)
        case "7", "12": break
        default: unknown.append("mode \(number)")
        }
    }

    private mutating func note(_ mode: String, isSet: Bool) {
        if isSet { modes.insert(mode) } else { modes.remove(mode) }
        modesSeen.formUnion(modes)
    }

    private mutating func erase(_ what: String, _ how: Int, _ count: Int) {
        let empty = Place(look: look)
        switch (what, how) {
        case ("X", _): for place in column..<min(size.columns, column + count) { places[row][place] = empty }
        case ("K", 0): for place in column..<size.columns { places[row][place] = empty }
        case ("K", 1): for place in 0...min(column, size.columns - 1) { places[row][place] = empty }
        case ("J", 0):
            for place in column..<size.columns { places[row][place] = empty }
            for line in (row + 1)..<max(row + 1, size.rows) {
                places[line] = Array(repeating: empty, count: size.columns)
            }
        case ("J", 2): for line in 0..<size.rows { places[line] = Array(repeating: empty, count: size.columns) }
        default: unknown.append("erase \(what) \(how)")
        }
    }

    private mutating func insert() {
        places[row].insert(Place(look: look), at: column)
        places[row].removeLast()
    }

    private mutating func delete() {
        places[row].remove(at: column)
        places[row].append(Place(look: look))
    }

    private mutating func lines(_ count: Int, isInsert: Bool) {
        let oldTop = top
        top = row
        scroll(by: isInsert ? -count : count)
        top = oldTop
    }
}
