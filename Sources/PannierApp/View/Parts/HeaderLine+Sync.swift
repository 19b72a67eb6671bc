import PannierCore
import PannierScreen

// The honest meter: what was found to be the same, when, and how much of the folder is heard of at once.
extension HeaderLine {
    /// The most important first.
    static func synced(_ state: SyncState, _ status: EngineStatus, _ model: Model) -> [Fact] {
        let isFresh = model.link == .open && [.live, .polled].contains(status.connection)
        let meter = Fact(wordings: meter(state, isFresh, model))
        guard let percent = state.watchedPercent else { return [meter] }
        let watch = Fact(wordings: [[Part(text: "watch \(percent)%", ink: percent == 100 ? .text : .busy)]])
        return state.unwatched > 0 ? [watch, meter] : [meter, watch]
    }

    private static func meter(_ state: SyncState, _ isFresh: Bool, _ model: Model) -> [[Part]] {
        let glyphs = model.glyphs
        switch state.phase {
        case .same: return verified(state, isFresh, model)
        case .starting: return [[Part(text: "\(glyphs.waiting) looking at the folder", ink: .busy)]]
        case .working where state.differing == 0 && state.beingWritten > 0: return beingWritten(state, glyphs)
        case .working where state.differing == 0:
            return [[Part(text: "\(glyphs.waiting) looking at changes", ink: .busy)]]
        case .waiting where state.differing == 0: return waiting(state, model)
        // Of a server that does not answer: when it was found to be so is what somebody wants to know.
        case .offline where state.differing == 0: return verified(state, false, model)
        case .working, .waiting, .offline:
            let count = SafeText(Format.count(state.differing))
            return ["\(count) may differ", count].map { [Part(text: "\(glyphs.waiting) \($0)", ink: .busy)] }
        case .paused: return [[Part(text: "\(glyphs.paused) folder paused", ink: .busy)]]
        case .stopped: return [[Part(text: "\(glyphs.trouble) folder stopped", ink: .bad)]]
        }
    }

    /// The two sides are not the same, and no more is done about it by itself.
    private static func waiting(_ state: SyncState, _ model: Model) -> [[Part]] {
        let count = Format.count(state.problems + Int64(state.held))
        return ["in sync but for \(count)", "all but \(count)"].map {
            [Part(text: "\(model.glyphs.waiting) \($0)", ink: .busy)]
        }
    }

    private static func beingWritten(_ state: SyncState, _ glyphs: Glyphs) -> [[Part]] {
        let name = (state.firstBeingWritten?.lastComponent).map { SafeText(LocalPath(bytes: $0).description) }
        let words: [SafeText] = name.map { ["\($0) is being written"] } ?? []
        return (words + ["being written"]).map { [Part(text: "\(glyphs.waiting) \($0)", ink: .busy)] }
    }

    private static func verified(_ state: SyncState, _ isFresh: Bool, _ model: Model) -> [[Part]] {
        guard let at = state.verifiedAt else {
            return [[Part(text: "\(model.glyphs.waiting) not yet verified", ink: .busy)]]
        }
        let mark = Part(text: "\(model.glyphs.verified) ", ink: isFresh ? .good : .quiet)
        let time = SafeText(model.surroundings.clock(at))
        let files: SafeText = state.files == 1 ? "1 file" : "\(Format.count(state.files)) files"
        return ["\(files) verified \(time)", "verified \(time)", time].map {
            [mark, Part(text: $0, ink: isFresh ? .text : .busy)]
        }
    }
}
