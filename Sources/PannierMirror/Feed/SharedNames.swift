package import PannierCore

/// Names in Shared With Me. Two people may share things of the same name; there each gets its owner's address behind the
/// name, so that every path means one thing.
package enum SharedNames {
    package struct Root: Hashable, Sendable {
        package var view: Int64
        package var name: NodeName
        package var owner: String
        package init(view: Int64, name: NodeName, owner: String) {
            self.view = view
            self.name = name
            self.owner = owner
        }
    }

    /// A name for every root, unique by its NFC spelling; the same for the same roots in the same order.
    package static func assign(_ roots: [Root]) -> [Int64: NodeName] {
        var holders: [[UInt8]: Int] = [:]
        for root in roots { holders[root.name.uniqueKey, default: 0] += 1 }
        var result: [Int64: NodeName] = [:]
        var taken = Set(holders.keys)
        // The next number to try for each name with its owner: all before it are taken, so many equal ones cost no more
        // than as many different ones.
        var attempts: [[UInt8]: Int] = [:]
        for root in roots {
            guard holders[root.name.uniqueKey, default: 0] > 1 else {
                result[root.view] = root.name
                continue
            }
            let first = name(root, attempt: 1).uniqueKey
            var attempt = attempts[first, default: 1]
            while result[root.view] == nil {
                let name = name(root, attempt: attempt)
                if taken.insert(name.uniqueKey).inserted { result[root.view] = name }
                attempt += 1
            }
            attempts[first] = attempt
        }
        return result
    }

    /// `name (owner)`, then `name (owner 2)` and so on; cut where 255 bytes would not hold it.
    private static func name(_ root: Root, attempt: Int) -> NodeName {
        let owner = root.owner.unicodeScalars.filter { $0.properties.generalCategory != .control && $0 != "/" }
        var ending = String(String.UnicodeScalarView(owner))
        while ending.utf8.count > Limits.nameBytes / 2 { ending.unicodeScalars.removeLast() }
        let suffix = " (\(ending)\(attempt > 1 ? " \(attempt)" : ""))"
        var text = root.name.text
        while text.utf8.count + suffix.utf8.count > Limits.nameBytes { text.unicodeScalars.removeLast() }
        // Cannot fail: valid text, no slash, no control character, at most 255 bytes.
        return (try? NodeName(text + suffix)) ?? root.name
    }
}
