import PannierCore
import PannierEngine

/// Tells whoever sends files when one of them was changed by somebody else meanwhile.
struct ConflictNews {
    private let before: Int

    /// Before anything is sent.
    init(_ link: AttachedLink) async throws { before = try await link.status(.status).conflictCount }

    /// After it was. Where the server does not say, there is nothing to tell: the next `status` does.
    func tell(_ link: AttachedLink) async throws {
        do {
            guard try await Patience.run({ _ = try await link.send(.refresh) }) != nil else { return }
        } catch is Problem {
            return
        }
        let new = try await link.status(.status).conflictCount - before
        guard new > 0 else { return }
        let files = new == 1 ? "1 file was" : "\(Format.count(Int64(new))) files were"
        Report.line(
            "pannier: \(files) changed in two places at once: the later content is current, the other one is kept. "
                + "`pannier versions` lists \(new == 1 ? "it" : "them").")
    }
}
