import PannierCore
import PannierMirror

/// Folders in which something was not found once, and since when.
///
/// What has gone from one folder may stand in another. Where all of them are watched, that other one is looked at as soon as
/// it has come to rest; where some are not, only a pass over all of them tells.
struct SecondLooks: Sendable {
    private var missedAt: [LocalID: Milliseconds] = [:]
    /// Before which there is no use in a look: the last one could not be made.
    private var notBefore: [LocalID: Milliseconds] = [:]

    var isEmpty: Bool { missedAt.isEmpty }
    var all: some Sequence<LocalID> { missedAt.keys }

    /// Whatever else is looked at meanwhile puts a second look off no further.
    mutating func add(_ folder: LocalID, now: Milliseconds, notBefore time: Milliseconds? = nil) {
        guard missedAt[folder] == nil else { return }
        (missedAt[folder], notBefore[folder]) = (now, time)
    }

    mutating func remove(_ folder: LocalID) { (missedAt[folder], notBefore[folder]) = (nil, nil) }

    /// When those are to be made that wait for no pass.
    /// - Parameter passBegan: the last pass over everything that has come to its end; nil: none is needed.
    func times(_ timing: SyncTiming, passBegan: Milliseconds?) -> [Milliseconds] {
        missedAt.filter { Self.isPassed($0.value, passBegan) }.map { time(of: $0.key, $0.value, timing) }
    }

    private func time(of folder: LocalID, _ missedAt: Milliseconds, _ timing: SyncTiming) -> Milliseconds {
        notBefore[folder] ?? missedAt + timing.secondLook
    }

    /// Whether any of them waits for another pass.
    func needPass(after passBegan: Milliseconds?) -> Bool {
        !missedAt.values.allSatisfy { Self.isPassed($0, passBegan) }
    }

    /// Takes out those that are due.
    mutating func due(
        _ timing: SyncTiming, passBegan: Milliseconds?, now: Milliseconds, atMost count: Int
    ) -> [LocalID] {
        let due = missedAt.filter { folder, missed in
            Self.isPassed(missed, passBegan) && time(of: folder, missed, timing) <= now
        }.keys.sorted().prefix(count)
        for folder in due { remove(folder) }
        return Array(due)
    }

    private static func isPassed(_ missedAt: Milliseconds, _ passBegan: Milliseconds?) -> Bool {
        passBegan.map { $0 > missedAt } ?? true
    }
}
