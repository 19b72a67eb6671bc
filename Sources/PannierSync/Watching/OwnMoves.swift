import PannierCore
package import PannierMirror

/// A name that pannier itself has taken from a folder, or has brought there.
package struct OwnMove: Hashable, Sendable {
    package enum Way: Hashable, Sendable {
        case away
        case here
    }

    package let way: Way
    package let name: [UInt8]
    package let folder: LocalID

    package init(_ way: Way, _ name: [UInt8], in folder: LocalID) {
        (self.way, self.name, self.folder) = (way, name, folder)
    }
}

/// What the kernel is still to tell of moves of pannier's own: nobody has to wait for another half of them. What it tells
/// nothing of, in folders that are not watched, is forgotten after a while.
struct OwnMoves: Sendable {
    /// How often each, of this while and of the one before.
    private var recent: [OwnMove: Int] = [:]
    private var earlier: [OwnMove: Int] = [:]
    private var since: Milliseconds = 0

    /// - Parameter while: in which the kernel tells of a move.
    mutating func add(_ moves: [OwnMove], now: Milliseconds, while time: Milliseconds) {
        forget(now: now, while: time)
        for move in moves { recent[move, default: 0] += 1 }
    }

    private mutating func forget(now: Milliseconds, while time: Milliseconds) {
        guard now - since >= time else { return }
        // Two of them at once when nothing was moved for long.
        (earlier, recent) = (now - since >= 2 * time ? [:] : recent, [:])
        since = now
    }

    /// - Returns: whether what was told is one of them; that is told once.
    mutating func take(
        _ name: [UInt8], _ change: NameChange, in folder: LocalID, now: Milliseconds, while time: Milliseconds
    ) -> Bool {
        guard !recent.isEmpty || !earlier.isEmpty, let way = change.way else { return false }
        forget(now: now, while: time)
        let move = OwnMove(way, name, in: folder)
        return Self.take(move, from: &earlier) || Self.take(move, from: &recent)
    }

    private static func take(_ move: OwnMove, from moves: inout [OwnMove: Int]) -> Bool {
        guard let count = moves[move] else { return false }
        moves[move] = count > 1 ? count - 1 : nil
        return true
    }
}

extension NameChange {
    fileprivate var way: OwnMove.Way? {
        switch self {
        case .removed, .movedAway: .away
        case .movedHere, .made: .here
        case .written, .closed, .touched: nil
        }
    }
}
