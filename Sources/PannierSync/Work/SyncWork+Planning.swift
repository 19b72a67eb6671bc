import GRDB
import PannierCore
import PannierMirror

// Making a plan.
extension SyncWork {
    /// Plans in one transaction: what both sides turn out to agree on makes another plan, which has less to say.
    private static let roundsAtMost = 8

    /// - Parameters:
    ///   - despiteMissing: what is not proven to be gone is left alone; nothing else waits for it.
    ///   - wall: this machine's clock.
    func plan(
        leavingOut leftOut: Set<SyncItem>, despiteMissing: Bool = false, wall: Nanoseconds
    ) throws -> PlanOutcome {
        let mark = conflictMark().text
        let underWay = transfers.underWay
        defer { Failpoint.planMade.pass() }
        try durable.makeNames(in: tree)
        return try mirror.write { database in
            guard let folder = try SyncFolder.read(database),
                try isReady(database, despiteMissing: despiteMissing)
            else { return .notReady }
            try SyncTransaction(database).forgetPastDeletions(wall)
            let rules = try rules(database, conflictMark: mark)
            let plan = try settledPlan(database, folder, rules)
            try remember(plan, rules, database, wall)
            var made = MadePlan()
            made.parts = try PlanParts(plan.steps) { node, content in
                try SyncTransaction(database).fetchedName(of: node, content) != nil
            }
            (made.held, made.revision) = (plan.held, try FeedState.read(database)?.revision)
            made.hasProblems = try tell(plan.problems, database)
            let missing = try despiteMissing ? self.missing(database) : []
            try leaveOut(leftOut.union(missing), try underWay(database), of: &made)
            return .made(made)
        }
    }

    /// What both sides turn out to agree on is written down, and planned for anew.
    func settledPlan(_ database: Database, _ folder: SyncFolder, _ rules: PlanRules) throws -> Plan {
        var plan = Plan()
        for _ in 0..<Self.roundsAtMost {
            plan = try makePlan(database, folder, rules)
            guard try agree(plan.steps, database) else { break }
        }
        return plan
    }

    /// All three trees are whole: the feed is read, folders are listed, and what is missing here is proven to be gone.
    func isReady(_ database: Database, despiteMissing: Bool) throws -> Bool {
        guard let feed = try FeedState.read(database), feed.cursor != nil, !feed.isStarting, !feed.hasMore else {
            return false
        }
        let isListed = try Bool.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT NOT EXISTS (SELECT 1 FROM frontier WHERE view = (SELECT view FROM sync_folder))
                    AND EXISTS (SELECT 1 FROM nodes WHERE view = (SELECT view FROM sync_folder)
                        AND id = (SELECT root FROM sync_folder))
                    AND EXISTS (SELECT 1 FROM sync_local WHERE number = 1 AND is_listed = 1)
                    """))
        guard isListed == true else { return false }
        return try despiteMissing || Observation(database).isSettled()
    }

    /// What one look has not found at its place, what has its name by now (one of them would have to give way), and what both
    /// are on the server.
    func missing(_ database: Database) throws -> Set<SyncItem> {
        var items: Set<SyncItem> = []
        let rows = try GRDB.Row.fetchCursor(
            database,
            sql: """
                SELECT named.number, node FROM sync_local AS gone
                CROSS JOIN sync_local AS named ON named.parent = gone.parent AND named.name = gone.name
                LEFT JOIN sync_agreed ON local = named.number WHERE gone.missing IS NOT NULL
                """)
        while let row = try rows.next() {
            items.insert(.local(LocalID(row[0])))
            if let node: NodeID = try row.optionalIdentifier(1) { items.insert(.node(node)) }
        }
        return items
    }

    func makePlan(_ database: Database, _ folder: SyncFolder, _ rules: PlanRules) throws -> Plan {
        let changes = ChangedEntries(database: database)
        let trees = try trees(database, folder, rules, try changes.count)
        var rules = rules
        rules.lately = rules.lately.subtracting(
            try SyncTransaction(database).deletedAndBack { trees.synced[$0] != nil })
        let plan = Planner.plan(trees, rules)
        if comparesPlans { try compare(plan, trees, database, folder, rules) }
        try changes.settle(trees)
        try SettledProblems(database: database).solve()
        return plan
    }

    /// Where most entries have changed, reading all is faster than looking for what belongs to them.
    func trees(
        _ database: Database, _ folder: SyncFolder, _ rules: PlanRules, _ changed: Int64
    ) throws -> SyncTrees {
        let all = try Int64.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM sync_agreed")) ?? 0
        if changed > 2_000, changed * 4 > all { return try SyncTrees.whole(database, folder) }
        return try RegionReader.read(database, folder, conflictMark: rules.conflictMark)
    }

    private func compare(
        _ plan: Plan, _ trees: SyncTrees, _ database: Database, _ folder: SyncFolder, _ rules: PlanRules
    ) throws {
        let whole = Planner.plan(try SyncTrees.whole(database, folder), rules)
        guard Set(whole.steps) != Set(plan.steps) || whole.held != plan.held else { return }
        throw Problem(
            .internalError, "A part of the trees gives another plan than all of them.",
            detail: "part: \(plan.steps) whole: \(whole.steps)")
    }

    /// - Returns: whether anything was to be written down.
    private func agree(_ steps: [PlanStep], _ database: Database) throws -> Bool {
        let sync = SyncTransaction(database)
        var isAny = false
        for step in steps {
            switch step {
            case .agree(let node, let entry): try sync.agree(node, entry)
            case .forget(let node): try sync.forget(node)
            default: continue
            }
            isAny = true
        }
        return isAny
    }

    private func leaveOut(
        _ failed: Set<SyncItem>, _ underWay: SyncTransferQueue.UnderWay, of made: inout MadePlan
    ) throws {
        made.isUnderWay = !underWay.isEmpty
        made.underWay = Set(underWay.locals.map { .local($0) }).union(underWay.nodes.map { .node($0) })
        let all = made.parts.steps.count
        made.parts = made.parts.filtered { !underWay.holds($0) }
        let free = made.parts.steps.count
        if free < all { made.isUnderWay = true }
        made.parts = made.parts.filtered { !failed.contains($0.subject) }
        let reads = made.parts.reads.count
        made.parts.reads.removeAll { failed.contains(.local($0)) }
        made.isLeavingOut = made.parts.steps.count < free || made.parts.reads.count < reads
    }

    /// What was told of the last plan and is so still stays as it is: nobody has to hear of it again.
    /// - Returns: whether somebody should know of anything.
    private func tell(_ problems: [PlanProblem], _ database: Database) throws -> Bool {
        let sync = SyncTransaction(database)
        var told: [String: (problem: Problem, path: TreePath)] = [:]
        for problem in problems {
            let (subject, path) = try (problem.subject, sync.path(of: problem))
            told["\(Self.ofPlan)\(subject.key)"] = (problem.problem(at: path), path)
        }
        try sync.forgetProblems(of: Self.ofPlan, besides: Set(told.keys))
        for (key, new) in told { try sync.report(new.problem, key: key, path: new.path) }
        return try sync.hasProblems
    }

    private static let ofPlan = "plan "
}

extension PlanProblem {
    fileprivate var subject: SyncItem {
        switch self {
        case .twin(let local, _), .inTheWayThere(let local): .local(local)
        case .inTheWay(let node, _), .reserved(let node), .holdsLeftOut(let node, _): .node(node)
        }
    }

    fileprivate func problem(at path: TreePath) -> Problem {
        switch self {
        case .twin(_, let name): .twin(path, of: name)
        case .inTheWay: .inTheWay(path)
        case .inTheWayThere: .inTheWayThere(path)
        case .reserved: .reserved(path)
        case .holdsLeftOut: .holdsLeftOut(path)
        }
    }
}

extension SyncTransaction {
    fileprivate func path(of problem: PlanProblem) throws -> TreePath {
        switch problem {
        case .twin(let local, _), .inTheWay(_, let local), .inTheWayThere(let local), .holdsLeftOut(_, let local):
            try path(of: local)
        case .reserved(let node): try remotePath(of: node)
        }
    }
}

extension SyncTransferQueue.UnderWay {
    /// What is on its way is neither sent nor fetched a second time, and its place here is left as it is.
    func holds(_ step: PlanStep) -> Bool {
        switch step {
        case .upload(let local, _), .uploadVersion(let local, _, _), .restoreThere(_, let local, _):
            locals.contains(local)
        case .download(let node, _, _): nodes.contains(node)
        case .replaceHere(let node, let local, _, _): nodes.contains(node) || locals.contains(local)
        default: false
        }
    }
}

extension Problem {
    fileprivate static func twin(_ path: TreePath, of name: NodeName) -> Problem {
        let own = (try? NodeName(bytes: Array(path.suffix(while: { $0 != UInt8(ascii: "/") })))) ?? name
        let (here, there) = own.spelling(apartFrom: name)
        return Problem(
            .nameTwin, "“\(LocalPath(bytes: path))” looks like another name of its folder, and is spelled otherwise.",
            detail:
                "It is written with \(here), the other with \(there). It stays on this disk alone; rename one of them.",
            status: 0)
    }

    fileprivate static func inTheWay(_ path: TreePath) -> Problem {
        Problem(
            .nameInTheWay, "A file from the server cannot be written to “\(LocalPath(bytes: path))”.",
            detail: "Something of that name is there which is not synchronised. Move or rename it.", status: 0)
    }

    fileprivate static func inTheWayThere(_ path: TreePath) -> Problem {
        Problem(
            .nameInTheWay, "“\(LocalPath(bytes: path))” does not get its name in My Files.",
            detail:
                "Something has that name there which is not synchronised on this device. Rename one of them: until then "
                + "nothing of it is sent.", status: 0)
    }

    fileprivate static func holdsLeftOut(_ path: TreePath) -> Problem {
        Problem(
            .notSynchronised, "“\(LocalPath(bytes: path))” stays on this disk, with what is ignored in it.",
            detail: "Everything else of it is in My Files alone. Move or remove what is left, and it goes.", status: 0)
    }
}

extension Problem {
    fileprivate static func reserved(_ path: TreePath) -> Problem {
        Problem(
            .nameInTheWay, "“\(LocalPath(bytes: path))” cannot be on this disk.",
            detail: "Pannier keeps its own things under that name. Rename it in My Files: `pannier mv`.", status: 0)
    }
}

extension Collection {
    fileprivate func suffix(while isIn: (Element) -> Bool) -> SubSequence where Self: BidirectionalCollection {
        var start = endIndex
        while start > startIndex, isIn(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
