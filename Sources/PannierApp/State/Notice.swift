package import PannierCore

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
    package init(_ problem: Problem) { self.init(SafeText(problem.description), kind: .problem) }

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

    /// How a transfer ended.
    package init(ended state: TransferState) {
        let name = SafeText(state.title)
        let verb: SafeText = state.from != nil ? "copied" : state.direction == .upload ? "uploaded" : "downloaded"
        switch state.state {
        case .done:
            let verbs: SafeText = "\(state.sources > 1 ? "are" : "is") \(verb)"
            self.init("\(name) \(verbs): \(Format.bytes(state.bytesTotal))\(Self.saved(state))\(Self.skipped(state))")
        case .cancelled:
            let rest: SafeText = state.isUnsentCopy ? "nothing of it was sent" : "what had arrived in whole files stays"
            self.init("\(name) \(state.sources > 1 ? "were" : "was") cancelled; \(rest)")
        case .partlyFailed:
            let count = Format.count(state.filesFailed)
            self.init(
                "\(name): \(count) files failed, the rest is \(verb); which and why: pannier transfers", kind: .problem)
        case .failed, .queued, .running, .paused, .retrying:
            let why = state.problem.map { SafeText($0.description) } ?? "no reason was given"
            self.init("\(name) could not be \(verb): \(why)", kind: .problem)
        }
    }
}
