import ArgumentParser
import PannierCore
import PannierEngine

struct Problems: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what of the synced folder cannot be synchronised as it is.",
        discussion: """
            Each with what mends it. Links, devices, mounted disks and names that the server cannot keep are merely left \
            out, and are listed with `--left-out`; a line in .pannierignore leaves them out without a word.
            """)

    @Flag(help: "What is merely left out, which needs nobody.")
    var leftOut = false
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let link = try profile.attach()
        _ = try await link.synced()
        if output.json { return try await printJSON(link) }
        var isAny = false
        try await pages(link) { problem in
            isAny = true
            for line in SyncLines.problem(problem) { try Output.line(SafeText(line)) }
        }
        if !isAny { try Output.line(leftOut ? "Nothing is left out." : "There are no problems.") }
    }

    private func printJSON(_ link: AttachedLink) async throws {
        var array = JSONArray(write: Output.write)
        do {
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
