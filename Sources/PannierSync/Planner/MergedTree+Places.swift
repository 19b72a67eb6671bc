import PannierCore
import PannierMirror

// Where items are to stand: where they were moved. Of two moves the one that the server has committed stands.
extension MergedTree {
    mutating func decidePlaces() {
        for index in items.indices.dropFirst() {
            let (place, isByHere) = Self.place(of: items[index])
            items[index].place = place
            items[index].isPlacedByHere = isByHere
        }
    }

    private static func place(of item: MergedItem) -> (MergedPlace, isByHere: Bool) {
        switch (item.remotePlace, item.herePlace) {
        case (let there?, let here?):
            let isMovedHere = here != item.syncedPlace && item.synced != nil
            return isMovedHere && there == item.syncedPlace ? (here, here != there) : (there, false)
        case (let there?, nil): return (there, false)
        case (nil, let here?): return (here, true)
        case (nil, nil): return (MergedPlace(parent: 0, name: lastName(of: item)), true)
        }
    }

    private static func lastName(of item: MergedItem) -> NodeName {
        item.remote?.place.name ?? item.here?.place.name ?? item.synced?.place.name ?? MergedItem.unplaced
    }

    /// Parents live, nothing stands in itself, no name is wanted twice.
    mutating func makeValid() {
        repeat { reviveFolders() } while breakCircle()
        reviveFolders()
        settleNames()
    }

    // MARK: Parents

    /// A folder is there as long as anything is to stand in it: what was edited, what is new, what was moved into it, what
    /// is excluded.
    private mutating func reviveFolders() {
        for index in items.indices.dropFirst() {
            let item = items[index]
            switch item.fate {
            case .alive: revive(from: item.place.parent, as: .alive)
            case .pending: revive(from: item.place.parent, as: .pending)
            case .apart: if let folder = item.herePlace?.parent { revive(from: folder, as: .alive) }
            case .dead: break
            }
        }
    }

    private mutating func revive(from folder: Int, as fate: MergedItem.Fate) {
        var folder = folder
        while folder != 0 {
            switch (items[folder].fate, fate) {
            case (.dead, _), (.pending, .alive): items[folder].fate = fate
            default: return
            }
            folder = items[folder].place.parent
        }
    }

    // MARK: Circles

    /// Two moves, each right by itself, may put two folders into each other. Then what was moved here goes back to where the
    /// server has it.
    /// - Returns: whether there was one.
    private mutating func breakCircle() -> Bool {
        var seen = [Int](repeating: -1, count: items.count)
        var isBroken = false
        for start in items.indices.dropFirst() where items[start].fate != .dead && seen[start] < 0 {
            var index = start
            while index != 0, seen[index] < 0 {
                seen[index] = start
                index = items[index].place.parent
            }
            guard index != 0, seen[index] == start else { continue }
            putBack(circle(from: index))
            isBroken = true
        }
        return isBroken
    }

    private func circle(from start: Int) -> [Int] {
        var circle = [start]
        var index = items[start].place.parent
        while index != start {
            circle.append(index)
            index = items[index].place.parent
        }
        return circle
    }

    private mutating func putBack(_ circle: [Int]) {
        // One that is placed by this disk and known there is always among them: the server's tree has no circle, this
        // disk's has none, and whoever goes up from a folder placed by the server comes to one that the server knows.
        // Only what was put out of the way may be recorded in a place that makes one; that goes to the top.
        if let index = circle.first(where: { items[$0].isPlacedByHere && items[$0].remotePlace != nil }),
            let place = items[index].remotePlace
        {
            items[index].place = place
            items[index].isPlacedByHere = false
        } else if let index = circle.first(where: { items[$0].here?.isParked == true }) ?? circle.first {
            items[index].place.parent = 0
        }
    }

    // MARK: Names

    /// Nobody shares a name with a sibling, in any spelling. Who holds it on the server keeps it; but a new file gives way to
    /// a folder, which has many names below it.
    private mutating func settleNames() {
        var holders: [NameKey: Int] = [:]
        holders.reserveCapacity(items.count)
        var late: [Int] = []
        for index in items.indices.dropFirst() where [.alive, .pending].contains(items[index].fate) {
            let item = items[index]
            if item.remotePlace == item.place, item.remote?.isParked == false {
                holders[NameKey(item.place)] = index
            } else {
                late.append(index)
            }
        }
        for index in late {
            let key = NameKey(items[index].place)
            guard let holder = holders[key] else {
                holders[key] = index
                continue
            }
            guard items[holder].fate == .alive, !items[index].isToBeRead else {
                items[index].isWaiting = true
                continue
            }
            // A spelling is never changed for anybody.
            if items[holder].place.name != items[index].place.name, items[index].node == nil {
                items[index].fate = .apart
                items[index].twin = items[holder].place.name
            } else if items[index].isFolder, items[holder].isNewFile {
                holders[key] = index
                rename(holder, &holders)
            } else {
                rename(index, &holders)
            }
        }
    }

    private mutating func rename(_ index: Int, _ holders: inout [NameKey: Int]) {
        let (name, isFile) = (items[index].place.name, !items[index].isFolder)
        var number = 1
        while true {
            let mark = number == 1 ? conflictMark : "\(conflictMark) \(number)"
            items[index].place.name = name.marked(mark, isFile: isFile)
            items[index].isPlacedByHere = true
            let key = NameKey(items[index].place)
            if holders[key] == nil {
                holders[key] = index
                return
            }
            number += 1
        }
    }
}

/// A name in a folder, the same for all its spellings.
struct NameKey: Hashable {
    var parent: Int
    var name: [UInt8]

    init(_ place: MergedPlace) {
        parent = place.parent
        name = place.name.uniqueKey
    }

    init(exact place: MergedPlace) {
        parent = place.parent
        name = place.name.bytes
    }
}
