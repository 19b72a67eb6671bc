/// Numbers that make a name free where others have it already: one after the other, and where very many have it, any. A name
/// that is not found is tried again for ever, or ends work as a whole; so there is always another number.
struct NameNumbers {
    private static let counted = 1_000
    /// On a disk that says of every name that it is taken, it has to end.
    private static let most = 1_100
    private var tried = 0

    var areMore: Bool { tried < Self.most }

    mutating func next() -> Int {
        tried += 1
        return tried <= Self.counted ? tried : Int.random(in: 1_000_000..<1_000_000_000_000)
    }
}
