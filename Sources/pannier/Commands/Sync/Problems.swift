import ArgumentParser
import PannierCore
import PannierEngine

struct Problems: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what of the synced folder cannot be synchronised as it is.",
        discussion: """
            Each with what mends it; before that what keeps the folder as a whole, deletions that wait, and how many \
            files have conflicts. Links, devices, mounted disks and names that the server cannot keep are merely left \
            out, and are listed with `--left-out`; a line in .pannierignore leaves them out without a word.
            """)

    @Flag(help: "What is merely left out, which needs nobody.")
    var leftOut = false
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let link = try profile.attach()
        let state = try await link.synced()
        let conflicts = try await link.status(.status).conflictCount
        let standing = leftOut ? [] : state.standingProblems(conflicts: conflicts)
        if output.json { return try await printJSON(link, standing) }
        for problem in standing { for line in SyncLines.standing(problem) { try Output.line(SafeText(line)) } }
        var isAny = !standing.isEmpty
        try await pages(link) { problem in
            isAny = true
            for line in SyncLines.problem(problem) { try Output.line(SafeText(line)) }
        }
        if !isAny { try Output.line(leftOut ? "Nothing is left out." : "There are no problems.") }
    }

    private func printJSON(_ link: AttachedLink, _ standing: [SyncProblem]) async throws {
        var array = JSONArray(write: Output.write)
        do {
            for problem in standing { try array.add(JSON.SyncTrouble(problem)) }
            try await pages(link) { try array.add(JSON.SyncTrouble($0)) }
        } catch {
            if !array.isEmpty { try array.end() }
            throw error
        }
        try array.end()
    }

    private func pages(_ link: AttachedLink, _ body: (SyncProblem) throws -> Void) async throws {
        var next: String?
        repeat {
            let page = try await link.syncProblems(after: next, limit: Self.pageSize, leftOut: leftOut)
            for problem in page.problems { try body(problem) }
            next = page.next
        } while next != nil
    }

    /// All their paths and words are to fit into one answer.
    private static let pageSize = 200
}

extension SyncState {
    /// What waits for a person, and is about no one file of the list: why the folder stands still, what the server refuses,
    /// deletions, and conflicts.
    /// - Parameter conflicts: files of My Files that have some.
    func standingProblems(conflicts: Int) -> [SyncProblem] {
        let named: [(String, Problem?)] = [
            ("folder", problem), ("server", refusal), ("deletions", heldProblem), ("conflicts", .conflicts(conflicts)),
        ]
        return named.compactMap { key, problem in
            problem.map { SyncProblem(key: key, path: LocalPath(bytes: []), problem: $0) }
        }
    }

    private var heldProblem: Problem? {
        guard held > 0 else { return nil }
        let words = held == 1 ? "deletion waits" : "deletions wait"
        return Problem(
            .deletionsHeld,
            "\(Format.count(Int64(held))) \(words) for your word: \(SyncLines.words(here: heldHere, there: heldThere)).",
            detail: "`pannier plan` shows them, `pannier approve` lets them be done, with `--undo` all comes back.",
            status: 0)
    }
}

extension Problem {
    fileprivate static func conflicts(_ count: Int) -> Problem? {
        guard count > 0 else { return nil }
        let isOne = count == 1
        return Problem(
            .conflict, isOne ? "1 file has conflicts." : "\(Format.count(Int64(count))) files have conflicts.",
            detail:
                "Nothing is lost: `pannier versions` lists \(isOne ? "it" : "them"), `pannier explain conflict` says more.",
            status: 0)
    }
}
