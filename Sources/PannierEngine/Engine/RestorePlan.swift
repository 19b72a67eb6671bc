import PannierCore
import PannierMirror

/// Something that is to come out of the trash.
struct RestoreWish: Codable, Sendable {
    var node: NodeID
    /// 0 for its own name; later ones for those that say that it was restored.
    var attempt = 0
    /// Where it was is no place to go.
    var isAtTop = false
}

/// One round of asking.
struct RestorePlan: Codable, Sendable {
    struct Entry: Codable, Sendable {
        var wish: RestoreWish
        /// Where it was, as people know it.
        var origin: String
        /// Where it will stand.
        var path: RemotePath
        var item: RestoreNodes.Item
    }

    var entries: [Entry] = []
    /// Those that are not in the trash any more.
    var standing: [Restored] = []
    var refusals: [Refusal] = []

    init(_ answers: [(RestoreWish, RestorePlaces.Answer)]) {
        for (wish, answer) in answers {
            switch answer {
            case .goes(let place):
                var wish = wish
                wish.attempt = place.attempt
                entries.append(
                    Entry(
                        wish: wish, origin: place.origin?.description ?? place.name.text,
                        path: place.path ?? .myFiles.appending(place.name),
                        item: RestoreNodes.Item(node: wish.node, parent: place.parent, name: place.name)))
            case .stands(let path): standing.append(Restored(node: wish.node, path: path))
            case .unknown: refusals.append(Refusal(path: wish.node.description, problem: .notInTrash))
            }
        }
    }
}

/// What has come of it so far.
struct RestoreOutcome {
    struct Done: Sendable {
        var node: Node
        var planned: RemotePath
    }

    private(set) var restored: [Done] = []
    private(set) var standing: [Restored] = []
    private(set) var refused: [Refusal] = []

    mutating func take(_ plan: RestorePlan) {
        standing += plan.standing
        refused += plan.refusals
    }

    /// - Returns: what to ask for instead, where the service knew better.
    mutating func take(_ entry: RestorePlan.Entry, _ answer: ItemResult<Node>, mayAskAgain: Bool) -> RestoreWish? {
        switch answer {
        case .done(let node): restored.append(Done(node: node, planned: entry.path))
        case .problem(let problem):
            if mayAskAgain, let wish = Self.next(entry.wish, after: problem.code) { return wish }
            refused.append(Refusal(path: entry.origin, problem: problem))
        }
        return nil
    }

    private static func next(_ wish: RestoreWish, after code: Problem.Code) -> RestoreWish? {
        var wish = wish
        switch code {
        case .nameTaken, .nameTwin: wish.attempt += 1
        // The folder that it lay in has gone, or went into the trash.
        case .trashed, .notFound,
            .notFolder where !wish.isAtTop:
            (wish.attempt, wish.isAtTop) = (0, true)
        // It has been restored by somebody else, to another place.
        case .badRequest: break
        default: return nil
        }
        return wish
    }
}

extension Problem {
    fileprivate static let notInTrash = Problem(
        .notFound, "There is no such thing in the trash.", detail: "`pannier trash` lists what is there.", status: 0)
}
