import NIOCore
import PannierCore
import Testing

@testable import PannierEngine

/// However long the paths are, an answer goes on one line.
@Suite struct PageSizeTests {
    private static let long = LocalPath(bytes: [UInt8](repeating: 1, count: 4_000))

    private func bytes(_ reply: EngineReply) throws -> Int {
        try LineFraming.encode(.reply(number: 1, reply)).readableBytes
    }

    @Test func manyProblemsOfLongPathsComeInPages() throws {
        let all = (0..<1_000).map { number in
            SyncProblem(
                key: "local \(number)", path: Self.long,
                problem: Problem(.notSynchronised, "“\(Self.long)” stays here.", status: 0))
        }
        let page = SyncProblemPage(problems: all, total: 1_500, next: "local 999")
        #expect(throws: Problem.self) { _ = try bytes(.syncProblems(page)) }
        let first = page.fitting(PageSize.bytes)
        _ = try bytes(.syncProblems(first))
        #expect(first.problems.count > 50 && first.total == 1_500)
        #expect(first.next == first.problems.last?.key)
        let short = SyncProblemPage(problems: Array(all.prefix(3)), total: 3, next: nil)
        #expect(short.fitting(PageSize.bytes) == short)
        #expect(short.fitting(1).problems.count == 1, "it goes on, whatever the size")
    }

    @Test func aPlanKeepsItsNumbers() throws {
        let step = PlannedStep(.upload, Self.long, detail: "to \(Self.long)")
        let held = HeldPaths(count: 5_000, first: [HeldPath](repeating: HeldPath(Self.long), count: 1_000))
        let plan = SyncPlan(
            steps: [PlannedStep](repeating: step, count: 1_000), total: 9_000, heldHere: held, heldThere: held)
        let fitting = plan.fitting(PageSize.bytes)
        _ = try bytes(.syncPlan(fitting))
        #expect(fitting.total == 9_000 && fitting.heldHere.count == 5_000 && fitting.heldThere.count == 5_000)
        #expect(fitting.steps.count > 10 && fitting.heldThere.first.count > 10)
    }
}
