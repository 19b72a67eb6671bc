import PannierCore
import PannierMirror

/// Folders in which something was not found once, and since when.
///
/// What has gone from one folder may stand in another. Where all of them are watched, that other one is looked at as soon as
/// it has come to rest; where some are not, only a pass over all of them tells.
struct SecondLooks: Sendable {
    private var missedAt: [LocalID: Milliseconds] = [:]

    var isEmpty: Bool { missedAt.isEmpty }

    /// Whatever else is looked at meanwhile puts a second look off no further.
    mutating func add(_ folder: LocalID, now: Milliseconds) { missedAt[folder] = missedAt[folder] ?? now }

    mutating func remove(_ folder: LocalID) { missedAt[folder] = nil }

    /// When those are to be made that wait for no pass.
    /// - Parameter passBegan: the last pass over everything that has come to its end; nil: none is needed.
    func times(_ timing: SyncTiming, passBegan: Milliseconds?) -> [Milliseconds] {
        missedAt.values.filter { Self.isPassed($0, passBegan) }.map { $0 + timing.secondLook }
    }

    /// Whether any of them waits for another pass.
    func needPass(after passBegan: Milliseconds?) -> Bool {
        !missedAt.values.allSatisfy { Self.isPassed($0, passBegan) }
    }

    /// Takes out those that are due.
    mutating func due(
        _ timing: SyncTiming, passBegan: Milliseconds?, now: Milliseconds, atMost count: Int
    ) -> [LocalID] {
        let due = missedAt.filter { Self.isPassed($0.value, passBegan) && $0.value + timing.secondLook <= now }
            .keys.sorted().prefix(count)
        for folder in due { missedAt[folder] = nil }
        return Array(due)
    }

    private static func isPassed(_ missedAt: Milliseconds, _ passBegan: Milliseconds?) -> Bool {
        passBegan.map { $0 > missedAt } ?? true
    }
}
