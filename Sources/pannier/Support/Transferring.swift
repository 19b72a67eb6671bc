import Foundation
import PannierCore
import PannierEngine

/// Begins transfers and, unless told otherwise, waits for their ends.
struct Transferring {
    private let wait: WaitOptions
    private let isJSON: Bool

    init(_ wait: WaitOptions, isJSON: Bool = false) {
        self.wait = wait
        self.isJSON = isJSON
    }

    func run(_ command: EngineCommand, _ link: AttachedLink) async throws {
        guard case .started(let ids, let refused) = try await link.send(command) else { throw Problem.otherVersion }
        try await watch(ids, refused: refused, link)
    }

    /// - Parameter sources: all that a command named, where some of it is done already without a transfer.
    func watch(
        _ ids: [TransferID], of sources: [RemotePath] = [], refused: [Refusal], _ link: AttachedLink
    ) async throws {
        for refusal in refused { Report.problem(refusal.problem, at: refusal.path) }
        let codes = refused.map(\.problem.code)
        if ids.isEmpty || wait.isDetached {
            if isJSON { try JSON.print(ids.map(\.description)) }
            for id in ids { Report.line("Transfer \(ShortID.text(id)) goes on in the background.") }
            if let status = ExitStatus(failures: codes, isAnythingDone: !ids.isEmpty) { throw status }
            return
        }
        let bar = ProgressBar()
        let names = ids.map(ShortID.text).joined(separator: " ")
        let interruption = Interruption.says(
            "\nThe transfer goes on in the background. `pannier transfers` shows it, `pannier cancel \(names)` ends it."
        )
        defer { interruption.cancel() }
        let states = try await TransferWatch(link: link, ids: Set(ids)).run(bar.show)
        bar.clear()
        if isJSON { try JSON.print(states.map(JSON.Transfer.init)) }
        let refusals = Set(refused.map(\.path))
        let others = sources.count { !refusals.contains($0.description) } - states.reduce(0) { $0 + Int($1.sources) }
        try await TransferReport.ended(states, refused: refused, hasDoneMore: others > 0, link)
    }
}
