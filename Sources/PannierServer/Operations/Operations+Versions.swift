package import PannierCore

extension Operations {
    /// Versions of a page when nobody says how many.
    static let versionsAtOnce = 100

    /// A read. What a file has held, the newest first, for whoever may write in it.
    /// - Parameter after: the last one of the page before.
    package static func versions(of file: NodeID, after: VersionID?, limit: Int?, in context: OperationContext) throws
        -> FileVersions
    {
        let access = try Authorization(context).allow(.write, on: file)
        guard access.node.kind == .file else { throw Problem.notFile(access.node.name) }
        let room = min(max(limit ?? versionsAtOnce, 1), Limits.pageRows)
        let found = try VersionHistory(of: access.node, context.transaction).page(
            after: after, limit: room + 1, toldTo: context.caller.account)
        let page = found.prefix(room).map(access.told)
        return FileVersions(versions: page, after: found.count > room ? page.last?.id : nil)
    }

    /// An older content of a file is its current one again, as a new version; what was current is one of the older ones.
    /// Whoever does that has seen what there is, so the file's conflicts are settled.
    ///
    /// The version takes no stored bytes, so the quota does not stand in its way (as for ``copyNodes(_:in:)``).
    package static func restoreVersion(
        of file: NodeID, _ request: RestoreVersion.Request, in context: OperationContext
    ) throws -> Node {
        let (access, current) = try changeable(file, context)
        if let seen = request.current, seen != current.version { throw Problem.newContent(access.node.name) }
        if request.version == current.version { return access.told(try settle(access, context)) }
        let version = try VersionCopy(of: request.version, access, context)
        try version.checkPieces()
        let node = try TreeEditor(access.tree, context).replaceContent(of: access.node) { node in
            try version.insert(for: node, isRestored: true)
        }
        if current.conflicts > 0 { try VersionHistory(of: node, context.transaction).settle() }
        return access.told(node)
    }

    /// What is current stays, and nobody is asked any more about what it replaced; that stays among the versions.
    package static func settleConflicts(
        of file: NodeID, _ request: SettleConflicts.Request, in context: OperationContext
    ) throws -> Node {
        let (access, current) = try changeable(file, context)
        guard request.version == current.version else { throw Problem.newContent(access.node.name) }
        return access.told(try settle(access, context))
    }

    private static func settle(_ access: Access, _ context: OperationContext) throws -> Node {
        guard access.node.content?.conflicts ?? 0 > 0 else { return access.node }
        try VersionHistory(of: access.node, context.transaction).settle()
        return try TreeEditor(access.tree, context).settle(access.node)
    }

    private static func changeable(_ file: NodeID, _ context: OperationContext) throws -> (Access, Node.Content) {
        let access = try Authorization(context).allowChange(.write, on: file)
        guard let content = access.node.content else { throw Problem.notFile(access.node.name) }
        guard access.chain.isLiving else { throw Problem.trashed(access.node.name) }
        return (access, content)
    }
}

extension Access {
    /// A version of this file as the caller may see it: guests are told times for revisions, as of nodes.
    fileprivate func told(_ version: FileVersion) -> FileVersion {
        guard !isOwner else { return version }
        var version = version
        version.revision = version.createdAt
        return version
    }
}
