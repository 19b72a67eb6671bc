import PannierCore
import PannierMirror
import PannierSync
import Testing

extension SyncWorld {
    /// For names that tests write down.
    static func name(_ text: String) -> NodeName { try! NodeName(text) }

    @discardableResult
    mutating func agreeFile(_ text: String, in folder: NodeID, _ localFolder: LocalID) -> (NodeID, LocalID) {
        let content = newContent()
        return agree(text, content, in: folder, localFolder)
    }

    mutating func agree(
        _ text: String, _ content: SyncContent?, in folder: NodeID, _ localFolder: LocalID
    ) -> (NodeID, LocalID) {
        let (node, local, name) = (newNode(), newFile(), Self.name(text))
        nodes[node] = Node(place: SyncPlace(folder, name), content: content)
        files[local] = File(place: SyncPlace(localFolder, name), content: content)
        synced[node] = SyncedEntry(SyncPlace(folder, name), content: content, local: local)
        return (node, local)
    }

    /// Until the planner finds nothing more to do, and all that it finds is done.
    mutating func settle(_ location: SourceLocation = #_sourceLocation) {
        for _ in 0..<20 {
            let plan = Planner.plan(trees, .laptop)
            if plan.steps.isEmpty { return }
            for step in plan.steps {
                let isDone = carryOut(step)
                #expect(isDone, "\(step)", sourceLocation: location)
            }
        }
        Issue.record("no end", sourceLocation: location)
    }
}

extension PlanRules {
    static let laptop = PlanRules(conflictMark: "conflict laptop 2026-01-02")
}
