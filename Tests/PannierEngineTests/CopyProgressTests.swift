import PannierCore
import Testing

@testable import PannierEngine

/// How a copy knows what it has still to do, and what to say when it ends too soon.
@Suite struct CopyProgressTests {
    private typealias Group = CopyStep.Group

    private let plan: CopyPlan
    private let first: CopyStep

    /// A folder, a file and another folder; the first two are sent together.
    init() throws {
        var plan = CopyPlan(folder: .random())
        for (name, isFolder) in [("a", true), ("b", false), ("c", true)] {
            plan.tops.append(
                CopyPlan.Top(
                    path: try RemotePath(parsing: "/from/\(name)"), node: .random(), isFolder: isFolder,
                    name: try NodeName("new \(name)")))
        }
        func item(_ top: Int) -> Group.Item {
            Group.Item(node: plan.tops[top].node, name: plan.tops[top].name, top: top)
        }
        first = CopyStep(groups: [Group(parent: plan.folder, names: [], folders: [item(0)], files: [item(1)])])
        self.plan = plan
    }

    private func node(_ kind: Node.Kind) throws -> Node {
        Node(
            id: .random(), namespace: .random(), parent: nil, name: try NodeName("x"), kind: kind, created: 1,
            revision: 1, changedAt: 0, changedBy: "x")
    }

    private func done() throws -> ItemResult<Node> { .done(try node(.file)) }

    private func made() throws -> ItemResult<CreateNodes.Created> { .done(.init(folder: try node(.folder))) }

    private let gone = Problem(.serverUnreachable, "Gone.")

    @Test func beforeAnythingCameIntoBeingThereIsNothingToTell() {
        var progress = CopyProgress(plan)
        #expect(progress.isNothing)
        progress.begin(first)
        #expect(progress.isNothing)
        progress.end(because: gone)
        #expect(progress.refusals.map(\.path) == ["/from/a", "/from/b", "/from/c"])
    }

    @Test func whatIsCompleteIsNotNamed() throws {
        var progress = CopyProgress(plan)
        progress.begin(first)
        let group = first.groups[0]
        progress.made(group.folders[0], in: group, try made())
        progress.copied(group.files[0], in: group, try done())
        #expect(!progress.isNothing && progress.stack.map(\.names.count) == [1])
        progress.end(because: gone)
        #expect(progress.refusals.map(\.path) == ["/from/a", "/from/c"])
        #expect(progress.refusals.allSatisfy { $0.problem.code == .serverUnreachable })
        #expect(progress.stack.isEmpty)
    }

    @Test func aStepTakesFoldersAndPutsTheLastBack() throws {
        var progress = CopyProgress(plan)
        progress.begin(first)
        let group = first.groups[0]
        progress.made(group.folders[0], in: group, try made())
        var folder = try #require(progress.stack.last)
        folder.after = .random()
        let children = try ["x", "y"].map { Group.Item(node: .random(), name: try NodeName($0), top: 0) }
        let below = Group(parent: folder.copy, names: folder.names, folders: [children[0]], files: [children[1]])
        progress.begin(CopyStep(groups: [below], taken: 1, putBack: folder))
        #expect(progress.stack.map(\.after) == [folder.after])
        // A folder that cannot be made is named by where it comes from, and nothing in it is looked for.
        progress.made(children[0], in: below, .problem(Problem(.nameTwin, "Twin.")))
        progress.copied(children[1], in: below, .problem(Problem(.packDamaged, "Damaged.")))
        #expect(progress.refusals.map(\.path) == ["/from/a/x", "/from/a/y"])
        #expect(progress.stack.count == 1)
    }

    @Test func refusalsAreBounded() {
        var progress = CopyProgress(plan)
        progress.begin(first)
        let group = first.groups[0]
        for number in 1...CopyProgress.mostRefusals {
            #expect(!progress.hasTooManyRefusals)
            progress.copied(group.files[0], in: group, .problem(Problem(.nameTaken, "\(number)")))
        }
        #expect(progress.hasTooManyRefusals)
    }
}
