import PannierMirror

/// Words to read every file anew. One that is said while all are being read is for another reading; however many are said
/// meanwhile, it is one.
struct ReadingAnew: Sendable {
    /// The last file that was read, while all are.
    private var last: LocalID?
    /// The words that were heard before the last reading began.
    private var begun = 0
    /// What it has found is not planned for yet.
    private var isOver = false

    /// The file behind which it goes on; nil: nothing is to be read.
    /// - Parameter asked: how many words were heard, of which one may begin now.
    mutating func next(asked: Int) -> LocalID? {
        if last == nil, !isOver, begun < asked { (last, begun) = (LocalID(0), asked) }
        return last
    }

    /// - Parameter next: the last of what was read; nil: it was the last of all.
    /// - Returns: whether it has come to its end.
    mutating func wasRead(next: LocalID?) -> Bool {
        last = next
        isOver = next == nil
        return isOver
    }

    /// - Returns: up to which word it was done, when it has come to its end before this plan.
    mutating func planned() -> Int? {
        defer { isOver = false }
        return isOver ? begun : nil
    }
}
