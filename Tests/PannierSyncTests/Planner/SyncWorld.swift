import PannierCore
import PannierMirror
import PannierSync
import SeededRandom

/// A server and a disk as plain values, strict about what they allow, and a client that carries out plans between them.
struct SyncWorld {
    struct Node {
        var place: SyncPlace<NodeID>
        /// Nil for folders.
        var content: SyncContent?
        /// Where it was before we put it out of the way.
        var parkedFrom: SyncPlace<NodeID>?
    }

    struct File {
        var place: SyncPlace<LocalID>
        /// Nil for folders.
        var content: SyncContent?
        /// The agent has read it since it was changed.
        var isRead = true
        var isExcluded = false
        var parkedFrom: SyncPlace<LocalID>?
    }

    let root = NodeID(high: 0, low: 1)
    let top = LocalID(1)
    /// The folder's own part, which nobody sees.
    let parking = LocalID(2)

    var nodes: [NodeID: Node] = [:]
    var trash: [NodeID: Node] = [:]
    /// Contents that the server has replaced and keeps.
    var versions: Set<SyncContent> = []
    var files: [LocalID: File] = [:]
    var quarantine: Set<SyncContent> = []
    var synced: [NodeID: SyncedEntry] = [:]

    private var nodeCount: UInt64 = 1
    private var fileCount: Int64 = 2
    private var contentCount: UInt64 = 0

    mutating func newContent() -> SyncContent {
        contentCount += 1
        let digest = Fingerprint(0, 0, 0, contentCount)
        return SyncContent(digest: digest, size: Int64(contentCount % 3), isExecutable: false)
    }

    /// In no order, as on a real server.
    mutating func newNode() -> NodeID {
        nodeCount += 1
        return NodeID(high: nodeCount &* 0x9E37_79B9_7F4A_7C15, low: nodeCount)
    }

    mutating func newFile() -> LocalID {
        fileCount += 1
        return LocalID(fileCount)
    }

    mutating func addNode(place: SyncPlace<NodeID>, content: SyncContent? = nil) {
        let node = newNode()
        nodes[node] = Node(place: place, content: content)
    }

    mutating func addFile(place: SyncPlace<LocalID>, content: SyncContent? = nil, isRead: Bool = true) {
        let file = newFile()
        files[file] = File(place: place, content: content, isRead: isRead)
    }

    /// What the planner is shown.
    var trees: SyncTrees {
        var trees = SyncTrees(remoteRoot: root, localRoot: top)
        for (id, node) in nodes {
            trees.remote[id] = RemoteEntry(
                node.parkedFrom ?? node.place, content: node.content, isParked: node.parkedFrom != nil)
        }
        for (id, file) in files where !isHidden(id) {
            trees.local[id] = LocalEntry(
                file.parkedFrom ?? file.place, Self.kind(of: file), isParked: file.parkedFrom != nil)
        }
        trees.synced = synced
        return trees
    }

    private static func kind(of file: File) -> LocalEntry.Kind {
        if file.isExcluded { return .excluded }
        guard let content = file.content else { return .folder }
        return .file(file.isRead ? .known(content) : .unread(content.size))
    }

    /// Below something that is excluded: nobody looks there.
    func isHidden(_ file: LocalID) -> Bool { above(file).dropFirst().contains { files[$0]?.isExcluded == true } }

    // MARK: The server

    func isFolder(_ node: NodeID) -> Bool { node == root || nodes[node].map { $0.content == nil } ?? false }

    /// It and the folders it is in.
    func above(_ node: NodeID) -> [NodeID] {
        Array(sequence(first: node) { id in nodes[id].map(\.place.parent) })
    }

    /// It and all that is in it.
    func below(_ node: NodeID) -> [NodeID] { nodes.keys.filter { above($0).contains(node) }.sorted() }

    func allows(_ node: NodeID?, at place: SyncPlace<NodeID>) -> Bool {
        guard isFolder(place.parent) else { return false }
        if let node, above(place.parent).contains(node) { return false }
        let key = place.name.uniqueKey
        return !nodes.contains {
            $0.key != node && $0.value.place.parent == place.parent && $0.value.place.name.uniqueKey == key
        }
    }

    // MARK: The disk

    func isFolder(_ file: LocalID) -> Bool {
        file == top || file == parking || files[file].map { $0.content == nil } ?? false
    }

    func above(_ file: LocalID) -> [LocalID] {
        Array(sequence(first: file) { id in files[id].map(\.place.parent) })
    }

    func below(_ file: LocalID) -> [LocalID] { files.keys.filter { above($0).contains(file) }.sorted() }

    func allows(_ file: LocalID?, at place: SyncPlace<LocalID>) -> Bool {
        guard isFolder(place.parent) else { return false }
        if let file, above(place.parent).contains(file) { return false }
        return !files.contains { $0.key != file && $0.value.place == place }
    }
}

// MARK: What can be compared

extension SyncWorld {
    /// Contents by path; nil for folders.
    var tree: [String: SyncContent?] {
        Dictionary(
            uniqueKeysWithValues: nodes.map { (path(above($0.key).map { nodes[$0]?.place.name }), $0.value.content) })
    }

    /// The same of the disk, without what is excluded.
    var treeHere: [String: SyncContent?] {
        let shown = files.filter { !$0.value.isExcluded && !isHidden($0.key) }
        return Dictionary(
            uniqueKeysWithValues: shown.map { (path(above($0.key).map { files[$0]?.place.name }), $0.value.content) })
    }

    private func path(_ names: [NodeName?]) -> String {
        // Text does not tell two spellings of a name apart.
        names.reversed().compactMap { $0?.text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
            .joined(separator: "/")
    }

    var heads: Set<SyncContent> { Set(nodes.values.compactMap(\.content)) }
}
