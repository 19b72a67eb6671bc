package import PannierCore

extension Operations {
    /// Makes folders and opens uploads, parents first. A folder that is there already is answered as it is. An upload's
    /// name is looked at now, so that a twin is refused before anything is sent, and again at its commit, which decides.
    /// - Throws: ``Problem`` when the folder of the request, if it names one, is not there, not a folder, trashed, or not
    ///   the caller's to write in.
    package static func createNodes(_ request: CreateNodes.Request, in context: OperationContext) throws
        -> CreateNodes.Response
    {
        try check(request.items.count, "items", atMost: Limits.batchItems)
        try pruneUploads(in: context)
        var creation = try NodeCreation(below: request.parent, Authorization(context))
        return CreateNodes.Response(items: try request.items.map { item in try answer { try creation.create(item) } })
    }

    /// Children of folders, by pages in the order of their ids. Guests do not see what is in the trash; owners see it,
    /// marked.
    package static func listNodes(_ request: ListNodes.Request, in context: OperationContext) throws
        -> ListNodes.Response
    {
        try check(request.folders.count, "folders", atMost: Limits.foldersAtOnce)
        let authorization = Authorization(context)
        var room = min(max(request.limit, 1), Limits.pageRows)
        var pages: [ItemResult<ListNodes.Page>] = []
        for folder in request.folders where room > 0 {
            let page = try answer { try list(folder, room: room, authorization) }
            if case .done(let page) = page { room -= page.after == nil ? page.children.count : room }
            pages.append(page)
        }
        return ListNodes.Response(folders: pages)
    }

    private static func list(
        _ folder: ListNodes.Folder, room: Int, _ authorization: Authorization
    ) throws -> ListNodes.Page {
        let access = try authorization.allow(.read, on: folder.node)
        guard access.node.kind == .folder else { throw Problem.notFolder(access.node.name) }
        let found = try access.tree.children(
            of: folder.node, after: folder.after, withTrashed: access.isOwner, limit: room + 1)
        let children = found.prefix(room).map(access.told)
        return ListNodes.Page(children: children, after: found.count > room ? children.last?.id : nil)
    }

    /// One file's or folder's metadata.
    package static func file(id: NodeID, in context: OperationContext) throws -> Node {
        let access = try Authorization(context).allow(.read, on: id)
        return access.told(access.node)
    }

    /// Moves and renames, one after the other: a later item sees what earlier ones did. Where nothing would change,
    /// nothing is written.
    package static func moveNodes(_ request: MoveNodes.Request, in context: OperationContext) throws -> NodeResults {
        try check(request.items.count, "items", atMost: Limits.batchItems)
        let authorization = Authorization(context)
        return NodeResults(
            items: try request.items.map { item in
                try answer {
                    let access = try authorization.allowChange(.relocate, on: item.node)
                    guard access.chain.isLiving else { throw Problem.trashed(access.node.name) }
                    return try relocate(access, to: item.parent, named: item.name, authorization) { editor in
                        try editor.move(access.node, to: item.parent, named: item.name)
                    }
                }
            })
    }

    /// Copies files by reference, one after the other. What the first ones have in pieces bounds how many are answered.
    ///
    /// Copies take no stored bytes: the packs stay as they are. So the quota neither counts them nor stands in their way,
    /// even where it is exceeded.
    package static func copyNodes(_ request: CopyNodes.Request, in context: OperationContext) throws -> NodeResults {
        try check(request.items.count, "items", atMost: Limits.batchItems)
        let authorization = Authorization(context)
        var room = FileCopy.piecesAtOnce
        var answers: [ItemResult<Node>] = []
        for item in request.items where room > 0 {
            answers.append(
                try answer {
                    let copy = try FileCopy(item, authorization)
                    room -= copy.pieces
                    return try copy.carryOut()
                })
        }
        return NodeResults(items: answers)
    }

    /// Puts nodes into the trash, with all below them, one after the other: a later item sees what earlier ones did. What
    /// is there already is answered as it is, and needs no proof.
    package static func trashNodes(_ request: TrashNodes.Request, in context: OperationContext) throws -> NodeResults {
        try check(request.items.count, "items", atMost: Limits.batchItems)
        let authorization = Authorization(context)
        return NodeResults(
            items: try request.items.map { item in
                try answer {
                    let access = try authorization.allowChange(.relocate, on: item.node)
                    guard access.node.parent != nil else { throw Problem.rootFixed }
                    guard access.chain.isLiving else { return access.told(access.node) }
                    try requireKnown(item, access)
                    return access.told(try TreeEditor(access.tree, context).trash(access.node))
                }
            })
    }

    /// Holds the item's proof against what would go with the node.
    private static func requireKnown(_ item: TrashNodes.Item, _ access: Access) throws {
        guard item.unchangedSince != nil || item.count != nil else { return }
        guard access.isOwner else {
            throw Problem.badRequest("Only the owner of a file can prove to know what goes with it.")
        }
        let most = item.count.map { min(max($0, 0), .max - 1) + 1 } ?? .max
        let living = try access.tree.living(from: item.node, countingTo: most)
        // A place that the journal has not reached (the server was restored from a backup) proves nothing.
        let head = try access.tree.transaction.lockHead(of: access.tree.namespace)
        guard living.newest <= item.unchangedSince ?? .max, item.unchangedSince ?? 0 <= head,
            living.count == item.count ?? living.count
        else { throw Problem.changedSince(access.node.name) }
    }

    /// Takes nodes out of the trash, to where they were or to where the item says. What lies below a trashed folder can
    /// be taken out alone, to another place. What is not in the trash is answered as it is, if it stands where it is
    /// wanted.
    package static func restoreNodes(_ request: RestoreNodes.Request, in context: OperationContext) throws
        -> NodeResults
    {
        try check(request.items.count, "items", atMost: Limits.batchItems)
        let authorization = Authorization(context)
        return NodeResults(
            items: try request.items.map { item in
                try answer { try restore(item, authorization) }
            })
    }

    private static func restore(_ item: RestoreNodes.Item, _ authorization: Authorization) throws -> Node {
        let access = try authorization.allowChange(.relocate, on: item.node)
        let node = access.node
        guard let oldParent = node.parent else { throw Problem.rootFixed }
        let (parent, name) = (item.parent ?? oldParent, item.name ?? node.name)
        if access.chain.isLiving {
            guard parent == oldParent, name == node.name else {
                throw Problem.badRequest("“\(node.name)” is not in the trash.", detail: "Move it instead.")
            }
            return access.told(node)
        }
        return try relocate(access, to: parent, named: name, authorization) { editor in
            try editor.restore(node, to: parent, named: name)
        }
    }

    /// Checks the new place, then lets `write` go there.
    private static func relocate(
        _ access: Access, to parent: NodeID, named name: NodeName, _ authorization: Authorization,
        _ write: (TreeEditor) throws -> Node
    ) throws -> Node {
        let node = access.node
        guard node.parent != nil else { throw Problem.rootFixed }
        let target = try authorization.allowChange(.write, on: parent)
        guard target.tree === access.tree else {
            throw Problem.badRequest(
                "Files cannot be moved between accounts.", detail: "Copy them there, then trash them here.")
        }
        guard target.node.kind == .folder else { throw Problem.notFolder(target.node.name) }
        guard !target.chain.contains(where: { $0.id == node.id }) else { throw Problem.cycle }
        guard target.chain.isLiving else {
            throw parent == node.parent ? Problem.placeTrashed : Problem.trashed(target.node.name)
        }
        if parent == node.parent, name == node.name, access.chain.isLiving { return access.told(node) }
        if let other = try access.tree.child(of: parent, named: name), other.id != node.id {
            throw other.name == name ? Problem.nameTaken(name) : Problem.nameTwin(name, of: other.name)
        }
        try requireRoom(for: access, below: target.chain, named: name)
        return access.told(try write(TreeEditor(access.tree, authorization.context)))
    }

    /// Holds the limits of depth and path for all that moves along. The subtree is looked at only when it comes to lie
    /// deeper than it does.
    private static func requireRoom(for access: Access, below target: [Node], named name: NodeName) throws {
        let depth = target.depth + 1
        let bytes = target.pathBytes + name.bytes.count + 1
        guard depth > access.chain.depth || bytes > access.chain.pathBytes else { return }
        let extent = try access.node.kind == .folder ? access.tree.extent(below: access.node.id) : (levels: 0, bytes: 0)
        guard depth + extent.levels <= Limits.depth, bytes + extent.bytes <= Limits.pathBytes else {
            throw Problem.tooDeep
        }
    }
}
