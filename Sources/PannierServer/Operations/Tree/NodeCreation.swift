import PannierCore

/// Carries out one request that makes folders and opens uploads.
struct NodeCreation {
    /// A name in a folder, as far as it must be unique.
    private struct Spot: Hashable {
        let folder: NodeID
        let key: [UInt8]
    }

    private let authorization: Authorization
    /// The folder of items that name none.
    private let common: NodeID?
    /// Folders that may be written in. Nothing moves while a request makes things, so that they stay what they are.
    private var folders: [NodeID: Access] = [:]
    /// Names of the uploads that this request has opened: their nodes do not stand in the tree yet.
    private var opened: [Spot: NodeName] = [:]

    private var context: OperationContext { authorization.context }

    /// - Throws: ``Problem`` when the common folder is not there, not a folder, trashed, or not the caller's to write in.
    init(below common: NodeID?, _ authorization: Authorization) throws {
        self.authorization = authorization
        self.common = common
        if let common { _ = try folder(common) }
    }

    mutating func create(_ item: CreateNodes.Item) throws -> CreateNodes.Created {
        if let node = item.node { return try open(item, for: node) }
        guard let name = item.path.last else { throw Problem.badRequest("An item needs a path of at least one name.") }
        guard let parent = item.parent ?? common else {
            throw Problem.badRequest("An item needs a folder, of its own or of the request.")
        }
        let top = try folder(parent)
        let bytes = item.path.reduce(top.chain.pathBytes) { $0 + $1.bytes.count + 1 }
        guard top.chain.depth + item.path.count <= Limits.depth, bytes <= Limits.pathBytes else {
            throw Problem.tooDeep
        }
        let folder = try item.path.dropLast().reduce(parent) { try existingFolder($1, in: $0, top.tree) }
        if let file = item.file { return try open(file, named: name, in: folder, top.tree) }
        return CreateNodes.Created(folder: top.told(try makeFolder(name, in: folder, top.tree)))
    }

    private mutating func folder(_ id: NodeID) throws -> Access {
        if let known = folders[id] { return known }
        let access = try authorization.allowChange(.write, on: id)
        try access.requireLivingFolder()
        folders[id] = access
        return access
    }

    private func existingFolder(_ name: NodeName, in folder: NodeID, _ tree: Tree) throws -> NodeID {
        guard let child = try tree.child(of: folder, named: name) else {
            throw Problem(
                .notFound, "The folder “\(name)” is not there.", detail: "Make it first, earlier in a request.")
        }
        guard child.name == name else { throw Problem.nameTwin(name, of: child.name) }
        guard child.kind == .folder else { throw Problem.notFolder(name) }
        return child.id
    }

    private func makeFolder(_ name: NodeName, in folder: NodeID, _ tree: Tree) throws -> Node {
        if let other = opened[Spot(folder: folder, key: name.uniqueKey)] {
            throw other == name ? Problem.nameTaken(name) : Problem.nameTwin(name, of: other)
        }
        if let child = try tree.child(of: folder, named: name) {
            guard child.name == name else { throw Problem.nameTwin(name, of: child.name) }
            guard child.kind == .folder else { throw Problem.nameTaken(name) }
            return child
        }
        return try TreeEditor(tree, context).create(.folder, named: name, in: folder)
    }

    private mutating func open(
        _ file: CreateNodes.File, named name: NodeName, in folder: NodeID, _ tree: Tree
    ) throws -> CreateNodes.Created {
        try check(file)
        let spot = Spot(folder: folder, key: name.uniqueKey)
        if let other = opened[spot], other != name { throw Problem.nameTwin(name, of: other) }
        let current = try tree.requirePlace(for: name, in: folder)
        let chunkClass = try current.map { try tree.chunkClass(of: $0.id) } ?? ChunkClass(ofNew: file.size)
        let upload = try Upload.open(
            file, named: name, in: folder, of: tree.namespace, target: nil, chunkClass: chunkClass, context)
        opened[spot] = name
        return CreateNodes.Created(upload: upload, chunkClass: chunkClass)
    }

    /// New content for a file that is named by its id.
    private func open(_ item: CreateNodes.Item, for id: NodeID) throws -> CreateNodes.Created {
        guard let content = item.file, item.path.isEmpty, item.parent == nil else {
            throw Problem.badRequest("An item with a file's id needs its content, and neither path nor folder.")
        }
        try check(content)
        let file = try authorization.allowChange(.write, on: id)
        guard file.node.kind == .file, let parent = file.node.parent else { throw Problem.notFile(file.node.name) }
        guard file.chain.isLiving else { throw Problem.trashed(file.node.name) }
        let chunkClass = try file.tree.chunkClass(of: id)
        let upload = try Upload.open(
            content, named: file.node.name, in: parent, of: file.tree.namespace, target: id, chunkClass: chunkClass,
            context)
        return CreateNodes.Created(upload: upload, chunkClass: chunkClass)
    }

    private func check(_ file: CreateNodes.File) throws {
        guard file.size >= 0 else { throw Problem.badRequest("A file's size cannot be negative.") }
        guard file.size <= Limits.fileBytes else {
            throw Problem(.tooLarge, "A file may have at most \(Limits.fileBytes >> 40) TiB.")
        }
        guard PlainText.isAllowed(file.mimeType) else {
            throw Problem.badRequest("A MIME type has at most \(Limits.nameBytes) bytes and no control characters.")
        }
    }
}

extension Tree {
    /// Checks that a file's content may go under this name: nothing is there, or the same name and a file.
    /// - Returns: the file that is there.
    @discardableResult
    func requirePlace(for name: NodeName, in folder: NodeID) throws -> Node? {
        guard let child = try child(of: folder, named: name) else { return nil }
        guard child.name == name else { throw Problem.nameTwin(name, of: child.name) }
        guard child.kind == .file else { throw Problem.nameTaken(name) }
        return child
    }
}
