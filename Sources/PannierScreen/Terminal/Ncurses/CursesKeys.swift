import CNcurses
import Glibc

/// Keys, clicks and pasted text out of what ncurses reads.
package struct CursesKeys {
    private var clicks = Clicks()
    private var pasting: Pasting?
    private var answer: GroundAnswer?
    /// Of a burst of events.
    private var waiting: ArraySlice<pannier_curses_mouse> = []
    /// Milliseconds of a clock that only goes forward.
    private let now: () -> Int

    init(now: @escaping () -> Int = Self.monotonic) { self.now = now }

    /// The next one that is there, or nil. Does not wait.
    mutating func next() -> Key? {
        // A pasted text whose end got lost must not swallow what is typed from now on.
        if pasting?.isOverdue(now: now()) == true { return paste() }
        while true {
            if let click = click() { return click }
            var value: wint_t = 0
            let key: Key?
            switch pannier_curses_key(&value) {
            case KEY_CODE_YES: key = take(code: CInt(bitPattern: value))
            case OK: key = Unicode.Scalar(value).flatMap { take($0) }
            default: return nil
            }
            if let key { return key }
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Key? {
        if let step = answer?.take(scalar) {
            guard case .end(let colour) = step else { return nil }
            answer = nil
            return colour.map(Key.ground)
        }
        guard pasting != nil else { return Key(scalar: scalar) }
        return pasting?.take(scalar, now: now()) == true ? paste() : nil
    }

    private mutating func take(code: CInt) -> Key? {
        switch code {
        case CursesCode.pasteBegin:
            pasting = Pasting(now: now())
            return nil
        case CursesCode.pasteEnd: return pasting == nil ? nil : paste()
        // Keys in the middle of a pasted text are its bytes, and not pressed.
        case _ where pasting != nil: return nil
        case CursesCode.ground:
            answer = GroundAnswer()
            return nil
        case KEY_MOUSE:
            listen()
            return nil
        default: return Key(curses: code)
        }
    }

    private mutating func paste() -> Key? {
        defer { pasting = nil }
        return pasting.map { .paste($0.text) }
    }

    /// ncurses announces all the events that have come at once, and then gives the latest first.
    private mutating func listen() {
        var events: [pannier_curses_mouse] = []
        var event = pannier_curses_mouse()
        while pannier_curses_mouse(&event) == OK { events.append(event) }
        waiting += events.reversed()
    }

    private mutating func click() -> Key? {
        while let event = waiting.popFirst() {
            let place = Point(row: Int(event.row), column: Int(event.column))
            guard let deed = deed(of: event, at: place) else { continue }
            return .mouse(
                Mouse(deed, row: place.row, column: place.column, shift: event.is_shift, control: event.is_control))
        }
        return nil
    }

    private mutating func deed(of event: pannier_curses_mouse, at place: Point) -> Mouse.Deed? {
        switch event.button {
        case 4: return .wheelUp
        case 5: return .wheelDown
        default:
            guard let button = Self.buttons[event.button] else { return nil }
            return event.is_press ? clicks.press(button, at: place, now: now()) : .release(button)
        }
    }

    private static let buttons: [CInt: Mouse.Button] = [1: .left, 2: .middle, 3: .right]

    package static func monotonic() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}
