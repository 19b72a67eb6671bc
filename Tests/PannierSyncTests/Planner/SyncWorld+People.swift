import PannierCore
import PannierMirror
import PannierSync
import SeededRandom

// What people and programs do on this disk, and other devices on the server: related to what is there, so that changes
// meet.
extension SyncWorld {
    mutating func change(_ names: [NodeName], _ random: inout SeededGenerator) {
        if random.chance(50) { changeHere(names, &random) } else { changeThere(names, &random) }
    }

    mutating func changeHere(_ names: [NodeName], _ random: inout SeededGenerator) {
        let seen = files.keys.filter { files[$0]?.parkedFrom == nil }.sorted()
        let folders = [top] + seen.filter { isFolder($0) }
        let place = SyncPlace(
            folders[random.number(below: folders.count)], names[random.number(below: names.count)])
        let isRead = random.chance(40)
        switch random.number(below: 13) {
        case 0, 1:
            if allows(nil, at: place) { addFile(place: place) }
        case 2, 3, 4:
            guard allows(nil, at: place) else { return }
            let content = newContent()
            addFile(place: place, content: content, isRead: isRead)
        case 5, 6:
            guard let file = seen.filter({ !isFolder($0) }).randomElement(using: &random) else { return }
            let edited = newContent()
            files[file]?.content = edited
            files[file]?.isRead = isRead
        case 7, 8:
            guard let file = seen.randomElement(using: &random), allows(file, at: place) else { return }
            files[file]?.place = place
        case 9:
            guard let file = seen.randomElement(using: &random) else { return }
            for id in below(file) { files[id] = nil }
        case 10, 11:
            // An editor's new file in the old one's place; or a move that copies and deletes.
            guard let file = seen.filter({ !isFolder($0) }).randomElement(using: &random), let old = files[file]
            else { return }
            let isReplaced = random.chance(50)
            guard isReplaced || allows(nil, at: place) else { return }
            files[file] = nil
            let content = isReplaced && random.chance(70) ? newContent() : old.content
            addFile(place: isReplaced ? old.place : place, content: content, isRead: isRead)
        default:
            swap(seen, &random)
        }
    }

    private mutating func swap(_ seen: [LocalID], _ random: inout SeededGenerator) {
        guard let one = seen.randomElement(using: &random), let other = seen.randomElement(using: &random),
            !above(one).contains(other), !above(other).contains(one), let place = files[one]?.place,
            let otherPlace = files[other]?.place
        else { return }
        files[one]?.place = otherPlace
        files[other]?.place = place
    }

    mutating func changeThere(_ names: [NodeName], _ random: inout SeededGenerator) {
        let all = nodes.keys.sorted()
        let folders = [root] + all.filter { isFolder($0) }
        let place = SyncPlace(
            folders[random.number(below: folders.count)], names[random.number(below: names.count)])
        switch random.number(below: 11) {
        case 0, 1: if allows(nil, at: place) { addNode(place: place) }
        case 2, 3, 4:
            guard allows(nil, at: place) else { return }
            let content = newContent()
            addNode(place: place, content: content)
        case 5, 6:
            guard let node = all.filter({ !isFolder($0) }).randomElement(using: &random),
                let old = nodes[node]?.content
            else { return }
            versions.insert(old)
            let edited = newContent()
            nodes[node]?.content = edited
        case 7, 8:
            guard let node = all.randomElement(using: &random), allows(node, at: place) else { return }
            nodes[node]?.place = place
            nodes[node]?.parkedFrom = nil
        case 9:
            guard let node = all.randomElement(using: &random) else { return }
            for id in below(node) { trash[id] = nodes.removeValue(forKey: id) }
        default:
            swap(all.filter { nodes[$0]?.parkedFrom == nil }, &random)
        }
    }

    private mutating func swap(_ seen: [NodeID], _ random: inout SeededGenerator) {
        guard let one = seen.randomElement(using: &random), let other = seen.randomElement(using: &random),
            !above(one).contains(other), !above(other).contains(one), let place = nodes[one]?.place,
            let otherPlace = nodes[other]?.place
        else { return }
        nodes[one]?.place = otherPlace
        nodes[other]?.place = place
    }

    /// What is ignored changes.
    mutating func exclude(_ random: inout SeededGenerator) {
        let seen = files.keys.filter { files[$0]?.parkedFrom == nil }.sorted()
        if let file = seen.randomElement(using: &random) { files[file]?.isExcluded.toggle() }
    }
}
