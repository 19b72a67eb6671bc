package import PannierCore

/// A text made to fit a number of columns: whole clusters and whole escapes only.
package struct Shortening {
    package private(set) var clusters: [Cluster]

    package init(of text: SafeText, to width: Int, cut: Frame.Cut, ellipsis: SafeText) {
        self.init(Array(Clusters(of: text)), to: width, cut: cut, sign: Array(Clusters(of: ellipsis)))
    }

    init(_ all: [Cluster], to width: Int, cut: Frame.Cut, sign: [Cluster]) {
        guard width > 0 else {
            clusters = []
            return
        }
        guard Self.columns(all) > width else {
            clusters = all
            return
        }
        let room = width - Self.columns(sign)
        guard room >= 0 else {
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

    /// As many as fit, but no half of an escape.
    private static func prefix(of clusters: [Cluster], columns: Int) -> [Cluster] {
        var fitting = clusters.prefix(count(of: clusters, columns: columns))
        while fitting.endIndex < clusters.endIndex, clusters[fitting.endIndex].continuesEscape { fitting.removeLast() }
        return Array(fitting)
    }

    private static func suffix(of clusters: [Cluster], columns: Int) -> [Cluster] {
        let fitting = clusters.suffix(count(of: clusters.reversed(), columns: columns))
        return Array(fitting.drop { $0.continuesEscape })
    }

    private static func count(of clusters: some Sequence<Cluster>, columns: Int) -> Int {
        var used = 0
        return clusters.prefix { cluster in
            used += cluster.width
            return used <= columns
        }.count
    }
}
