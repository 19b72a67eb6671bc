import PannierCore
import PannierMirror

/// What one side looks like while a plan is made: as it is, and then as the steps so far will have left it.
struct SyncSide {
    /// By number of the item; nil where it is not there, or is out of the way.
    private(set) var places: [MergedPlace?]
    private(set) var isPresent: [Bool]
    /// How much is directly in a folder, what is out of the way not counted.
    private(set) var counts: [Int]
    private var holders: [NameKey: Int]
    /// A disk takes any bytes for a name of its own; the service does not.
    private let isExact: Bool

    init(count: Int, isExact: Bool) {
        places = Array(repeating: nil, count: count)
        isPresent = Array(repeating: false, count: count)
        counts = Array(repeating: 0, count: count)
        holders = [:]
        holders.reserveCapacity(count)
        self.isExact = isExact
        isPresent[0] = true
    }

    private func key(_ place: MergedPlace) -> NameKey { isExact ? NameKey(exact: place) : NameKey(place) }

    func holder(of place: MergedPlace) -> Int? { holders[key(place)] }

    mutating func put(_ item: Int, at place: MergedPlace) {
        lift(item)
        isPresent[item] = true
        places[item] = place
        holders[key(place)] = item
        counts[place.parent] += 1
    }

    /// It is there, but in nobody's way.
    mutating func lift(_ item: Int) {
        isPresent[item] = true
        guard let place = places[item] else { return }
        places[item] = nil
        counts[place.parent] -= 1
        if holders[key(place)] == item { holders[key(place)] = nil }
    }

    mutating func remove(_ item: Int) {
        lift(item)
        isPresent[item] = false
    }

    /// Whether it is the folder or somewhere in it.
    func isInside(_ item: Int, _ folder: Int) -> Bool {
        var next: Int? = item
        while let item = next, item != 0 {
            if item == folder { return true }
            next = places[item]?.parent
        }
        return false
    }
}
