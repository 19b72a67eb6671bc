package import PannierCore

extension Operations {
    /// A read. The next page of what happened in all that the caller may see; or, with `node`, at and below one node.
    /// - Parameters:
    ///   - cursor: What the last page gave; nil begins: every view is opened, or the node entered, to be listed.
    ///   - limit: Most rows, at most 1,000.
    /// - Throws: ``Problem``: `cursorExpired` for a cursor that this server did not make for this account and this
    ///   question, or of another epoch; `notFound` for a node that is not there or not the caller's to see.
    /// - Returns: of the epoch ``ChangePage/otherPast`` when what the cursor tells of has never happened here.
    package static func changes(cursor: String?, limit: Int, node: NodeID?, in context: OperationContext) throws
        -> ChangePage
    {
        let epoch = try epoch(in: context)
        let known = try cursor.map { try opened($0, epoch: epoch, node: node, in: context) }
        var reading = ChangeReading(positions: known?.positions ?? [:], limit: limit)
        let authorization = Authorization(context)
        do {
            if let node {
                try readSubtree(of: node, hasBegun: known != nil, authorization, into: &reading)
            } else {
                try readViews(authorization, into: &reading)
            }
        } catch is OtherPast {
            guard node == nil else { throw Problem.cursorExpired }
            let nothing = ChangeCursor(epoch: ChangePage.otherPast, node: nil, positions: [:])
            return ChangePage(
                changes: [], cursor: try seal(nothing, context), hasMore: true, epoch: ChangePage.otherPast,
                now: context.now)
        }
        let place = ChangeCursor(epoch: epoch, node: node, positions: reading.positions)
        return ChangePage(
            changes: reading.changes, cursor: try seal(place, context), hasMore: reading.hasMore, epoch: epoch,
            revision: reading.positions[.own(context.caller.namespace)]?.revision, now: context.now)
    }

    private static func seal(_ cursor: ChangeCursor, _ context: OperationContext) throws -> String {
        try context.secrets.seal(cursor: cursor.bytes, account: context.caller.account)
    }

    /// Whoever asks for a change says what it rests on.
    /// - Parameter known: the epoch that the caller knows; nil: nothing was said.
    /// - Throws: ``Problem`` `epochChanged`.
    package static func requireEpoch(_ known: Int64?, in context: OperationContext) throws {
        if let known, try known != epoch(in: context) { throw Problem.epochChanged }
    }

    private static func epoch(in context: OperationContext) throws -> Int64 {
        guard
            var reader = try context.transaction.row("SELECT value FROM meta WHERE name = $1", [.text("epoch")])?.reader
        else { throw MetadataError.rowMissing("the epoch") }
        return try reader.integer()
    }

    private static func opened(
        _ cursor: String, epoch: Int64, node: NodeID?, in context: OperationContext
    ) throws -> ChangeCursor {
        guard let bytes = context.secrets.open(cursor: cursor, account: context.caller.account),
            let place = ChangeCursor(bytes: bytes), place.epoch == epoch, place.node == node
        else { throw Problem.cursorExpired }
        return place
    }

    private static func readViews(_ authorization: Authorization, into reading: inout ChangeReading) throws {
        let open = try authorization.openViews()
        let own = try ownScope(authorization)
        let scopes: [(FeedScope, SharedItem?)] =
            [(own, nil)]
            + open.map { view in
                let scope = FeedScope(view: view.item.view, tree: view.tree, root: view.item.node.id, isOwn: false)
                return (scope, view.item)
            }
        reading.closeAll(but: Set(scopes.map { $0.0.view }))
        for (scope, shared) in scopes { try reading.open(scope, shared: shared) }
        for (scope, _) in scopes { try reading.read(scope) }
    }

    private static func ownScope(_ authorization: Authorization) throws -> FeedScope {
        let namespace = authorization.context.caller.namespace
        guard
            var reader = try authorization.context.transaction.row(
                "SELECT root FROM namespaces WHERE id = $1", [.id(namespace)])?.reader
        else { throw MetadataError.rowMissing("namespace \(namespace)") }
        return FeedScope(
            view: .own(namespace), tree: authorization.tree(of: namespace), root: try reader.id(), isOwn: true)
    }

    /// The subtree is read out of the one view that shows the most of what is around it: the outermost.
    private static func readSubtree(
        of node: NodeID, hasBegun: Bool, _ authorization: Authorization, into reading: inout ChangeReading
    ) throws {
        let access = try authorization.allow(.read, on: node)
        var scope = try scope(of: access, authorization)
        scope.subtree = node
        // The view that showed it is gone, another shows it now: the client has to list it again.
        if hasBegun, reading.positions[scope.view] == nil { throw Problem.cursorExpired }
        try reading.open(scope, shared: nil)
        try reading.read(scope)
    }

    private static func scope(of access: Access, _ authorization: Authorization) throws -> FeedScope {
        guard case .guest(let levels, _) = access.standing else { return try ownScope(authorization) }
        let root = access.chain[levels].id
        guard let grant = try authorization.callersGrants().first(where: { $0.node == root }) else {
            throw Problem.noSuchNode
        }
        return FeedScope(view: grant.view, tree: access.tree, root: root, isOwn: false)
    }
}
