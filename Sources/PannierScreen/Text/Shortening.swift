import PannierCore

/// A text made to fit a number of columns, whole clusters only.
struct Shortening {
    private(set) var clusters: [Cluster]

    init(of text: SafeText, to width: Int, cut: Frame.Cut, ellipsis: SafeText) {
        guard width > 0 else {
            clusters = []
            return
        }
        let all = Array(Clusters(of: text))
        guard Self.columns(all) > width else {
            clusters = all
            return
        }
        let sign = Array(Clusters(of: ellipsis))
        let room = width - Self.columns(sign)
        guard room > 0 else {
            clusters = Self.prefix(of: all, columns: width)
            return
        }
        switch cut {
        case .end:
            clusters = Self.prefix(of: all, columns: room) + sign
        case .start:
            clusters = sign + Self.suffix(of: all, columns: room)
        case .middle:
            let head = Self.prefix(of: all, columns: (room + 1) / 2)
            clusters = head + sign + Self.suffix(of: all, columns: room - Self.columns(head))
        }
    }

    private static func columns(_ clusters: [Cluster]) -> Int { clusters.reduce(0) { $0 + $1.width } }

    private static func prefix(of clusters: [Cluster], columns: Int) -> [Cluster] {
        var used = 0
        return Array(
            clusters.prefix { cluster in
                used += cluster.width
                return used <= columns
            })
    }

    private static func suffix(of clusters: [Cluster], columns: Int) -> [Cluster] {
        prefix(of: clusters.reversed(), columns: columns).reversed()
    }
}
