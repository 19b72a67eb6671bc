import PannierCore

// How long the message line says what it says.
extension Model {
    /// A word that no key has taken away goes by itself after so long.
    static let wordStays: Milliseconds = 8_000
    /// A problem that came while somebody was typing is not taken away by the very next key.
    static let problemStays: Milliseconds = 1_000

    /// A field to fill in has the message line: what else there is to say waits.
    var isFillingIn: Bool { top is Prompt || (top as? Picker)?.field != nil }

    /// When the notice goes by itself; nil: it stays until a key is pressed.
    var noticeExpiry: Milliseconds? {
        guard let notice, notice.kind == .word, !isFillingIn else { return nil }
        return noticeSince + Self.wordStays
    }

    /// Called whenever the clock went on.
    mutating func expireNotice() {
        guard notice != nil else { return }
        // Nobody can have read it yet. Nor does it stay for ever when somebody sets the clock back.
        if isFillingIn || now < noticeSince { noticeSince = now }
        if let noticeExpiry, now >= noticeExpiry { notice = nil }
    }

    /// A key was pressed that means something, or a button of the mouse: what was said before is over.
    /// - Parameter isMeant: Esc takes away whatever is said.
    mutating func endNotice(isMeant: Bool = false) {
        guard let notice else { return }
        let isUnread = isFillingIn || now - noticeSince < Self.problemStays
        if notice.kind == .problem, isUnread, !isMeant { return }
        self.notice = nil
    }
}
