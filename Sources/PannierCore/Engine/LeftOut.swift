/// Why something of this disk is merely left out of the synced folder: nothing is wrong with it, and nobody need do anything.
package enum LeftOut: String, Codable, Sendable, Hashable, CaseIterable {
    case link
    /// A device, a pipe or a socket.
    case device
    /// Another file system begins there.
    case mount
    /// A name or a path that the server cannot keep.
    case name
    /// A folder that is kept the same as somebody's files itself.
    case syncedFolder = "synced_folder"
    /// It is named as the synced folder's own part.
    case ownName = "own_name"

    /// For people.
    package func words(_ count: Int64) -> String {
        let isOne = count == 1
        let words =
            switch self {
            case .link: isOne ? "link" : "links"
            case .device: isOne ? "device, pipe or socket" : "devices, pipes or sockets"
            case .mount: isOne ? "mounted disk" : "mounted disks"
            case .name: isOne ? "name that the server cannot keep" : "names that the server cannot keep"
            case .syncedFolder: isOne ? "other synced folder" : "other synced folders"
            case .ownName: "named “.pannier”"
            }
        return "\(Format.count(count)) \(words)"
    }
}

/// How many are left out for one reason.
package struct LeftOutCount: Codable, Sendable, Hashable {
    package var reason: LeftOut
    package var count: Int64

    package init(_ reason: LeftOut, _ count: Int64) {
        self.reason = reason
        self.count = count
    }
}

extension [LeftOutCount] {
    package var total: Int64 { reduce(0) { $0 + $1.count } }

    /// For people: `15: 12 links, 3 mounted disks`; nil when nothing is left out.
    package var words: String? {
        guard total > 0 else { return nil }
        return "\(Format.count(total)): " + map { $0.reason.words($0.count) }.joined(separator: ", ")
    }
}
