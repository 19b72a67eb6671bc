package import PannierCore
import PannierScreen

/// What the message line says.
package struct Notice: Sendable, Hashable {
    package enum Kind: Sendable { case word, problem }

    package var text: SafeText
    package var kind: Kind

    package init(_ text: SafeText, kind: Kind = .word) {
        self.text = text
        self.kind = kind
    }

    /// What happened, and what it means.
    package init(_ problem: Problem) { self.init(SafeText(problem.onScreen.description), kind: .problem) }

    /// What of a transfer did not have to cross the network.
    private static func saved(_ state: TransferState) -> SafeText {
        let reused = Format.bytes(state.bytesReused)
        if state.bytesReused == 0 { return "" }
        if state.bytesSent == 0 { return "; no bytes had to be sent" }
        return state.direction == .upload ? "; the server had \(reused) of it" : "; \(reused) of it was here"
    }

    private static func skipped(_ state: TransferState) -> SafeText {
        state.filesSkipped > 0 ? "; \(state.skipped.words) left out" : ""
    }

    /// Where on this machine it lies now.
    private static func place(_ state: TransferState) -> SafeText {
        guard state.direction == .download, state.from == nil else { return "" }
        let folder = state.sources > 1 ? state.local : state.local.folder ?? state.local
        return " into \(SafeText(Problem.shortened(folder.description)))"
    }

    /// How a transfer ended.
    package init(ended state: TransferState) {
        let name = SafeText(Problem.shortened(state.name)) + SafeText(state.others)
        let verb: SafeText = state.from != nil ? "copied" : state.direction == .upload ? "uploaded" : "downloaded"
        switch state.state {
        case .done:
            let verbs: SafeText = "\(state.sources > 1 ? "are" : "is") \(verb)"
            self.init(
                "\(name) \(verbs)\(Self.place(state)): \(Format.bytes(state.bytesTotal))\(Self.saved(state))\(Self.skipped(state))"
            )
        case .cancelled:
            let rest: SafeText = state.isUnsentCopy ? "nothing of it was sent" : "what had arrived in whole files stays"
            self.init("\(name) \(state.sources > 1 ? "were" : "was") cancelled; \(rest)")
        case .partlyFailed:
            let count = Format.count(state.filesFailed)
            self.init(
                "\(name): \(count) \(state.filesFailed == 1 ? "file" : "files") failed, the rest is \(verb); ! shows which and why",
                kind: .problem)
        case .failed, .queued, .running, .paused, .retrying:
            let why = state.problem.map { SafeText($0.onScreen.description) } ?? "no reason was given"
            self.init("\(name) could not be \(verb): \(why)", kind: .problem)
        }
    }
}

extension Problem {
    /// The same for the screen: names are short enough to leave room for the reason, and keys stand before commands.
    var onScreen: Problem {
        Problem(
            code, Self.worded(title), detail: detail.map(Self.worded), retryAfter: retryAfter, status: status)
    }

    private static let keys = [
        ("`pannier retry`", "r in the transfers panel (or `pannier retry`)"),
        ("`pannier login`", ":sign-in (or `pannier login`)"),
        ("`pannier login URL --email ADDRESS`", ":sign-in (or `pannier login URL --email ADDRESS`)"),
    ]

    private static func worded(_ text: String) -> String {
        let short = names(in: text)
        return keys.reduce(short) { $0.replacing($1.0, with: $1.1) }
    }

    /// What stands between quotation marks is somebody's; so may be any word that goes on and on.
    private static func names(in text: String) -> String {
        guard text.count > nameColumns else { return text }
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "“"), let close = rest[open...].firstIndex(of: "”") {
            let name = rest.index(after: open)
            result += rest[..<name] + shortened(String(rest[name..<close]))
            rest = rest[close...]
        }
        return result
            + rest.split(separator: " ", omittingEmptySubsequences: false).map { shortened(String($0)) }
            .joined(separator: " ")
    }

    private static let nameColumns = 60

    /// Without its middle, where it takes more than 60 columns.
    static func shortened(_ name: String) -> String {
        guard name.utf8.count > nameColumns else { return name }
        // The choke point is passed when it is drawn: here a scalar counts as it is.
        let clusters = Array(name)
        func head(_ characters: some Sequence<Character>, _ columns: Int) -> [Character] {
            var used = 0
            return characters.prefix { character in
                used += CellWidth.of(SafeText(String(character)))
                return used <= columns
            }
        }
        guard head(clusters, nameColumns).count < clusters.count else { return name }
        let room = (nameColumns - 1) / 2
        return String(head(clusters, room)) + "…" + String(head(clusters.reversed(), room).reversed())
    }
}
