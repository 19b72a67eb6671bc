import GRDB
import PannierCore
import PannierMirror

/// Steps of a plan as people are told of them: what leaves this disk with the folder that it is in is told with that folder,
/// but for what has failed.
struct ToldSteps {
    private(set) var steps: [PlanStep] = []
    private var inside: [LocalID: Int] = [:]

    init(_ steps: [PlanStep], _ sync: SyncTransaction) throws {
        let folders = Set(steps.compactMap { step in step.leaving.flatMap { $0.isFolder ? $0.local : nil } })
        guard !folders.isEmpty else {
            self.steps = steps
            return
        }
        // What is in a folder goes before it.
        for step in steps {
            guard let local = step.leaving?.local, let folder = try Self.folder(of: local, sync.database),
                folders.contains(folder), try sync.problem(key: step.subject.key) == nil
            else {
                self.steps.append(step)
                continue
            }
            inside[folder, default: 0] += 1 + (inside[local] ?? 0)
        }
    }

    func inside(_ step: PlanStep) -> Int { step.leaving.flatMap { inside[$0.local] } ?? 0 }

    private static func folder(of local: LocalID, _ database: Database) throws -> LocalID? {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT parent FROM sync_local WHERE number = ?"),
            arguments: [local.number]
        ).map { LocalID($0) }
    }
}

extension PlanStep {
    /// What it takes from this disk.
    fileprivate var leaving: (local: LocalID, isFolder: Bool)? {
        switch self {
        case .deleteHere(let local, _, let content), .evictHere(let local, _, let content): (local, content == nil)
        default: nil
        }
    }
}
