// POST /v1/changes            GetChanges.Request → ChangePage   over all the caller may see
// POST /v1/files/{id}/changes GetChanges.Request → ChangePage   for what is at and below one node
// GET  /v1/push               WebSocket: PushSubscription in, PushLook out

/// What happened in one view. Nodes are told as they stand now, not as they stood then: applying a page twice, or late,
/// changes nothing. A node's parent may be unknown until the client has caught up, that is, until `hasMore` is false and
/// all that was to be listed is listed. What does not hang from the view's root even then has left together with a folder
/// that the client had not listed yet: forget it.
package enum Change: Codable, Sendable {
    /// A view the caller did not have: list it from its root. For a grant, `shared` says whose and under what role.
    case viewOpened(view: ViewID, root: Node, shared: SharedItem?)
    /// A grant has ended, or its node has gone: nothing of this view may be kept.
    case viewClosed(view: ViewID)
    /// The node came into being or changed. `isNew`: everything below it follows in this feed; otherwise a folder the
    /// client does not know must be listed. A listing says all there is: what was told of a folder's children before may be
    /// past, when it is not in it.
    case node(view: ViewID, node: Node, isNew: Bool)
    /// The node and all below it came into the view: list it.
    case enter(view: ViewID, node: Node)
    /// The node and all below it left the view: forget what is known of them there. What is back inside by now is told again
    /// later in the feed. The node may be unknown.
    case leave(view: ViewID, node: NodeID)
}

/// Asked in a body, not in a URL: the cursor of someone with a thousand shares is longer than proxies let a URL be.
package enum GetChanges {
    package struct Request: Codable, Sendable {
        /// Nil: from the beginning.
        package var cursor: String?
        /// Changes at most, up to ``Limits/pageRows``.
        package var limit: Int

        package init(cursor: String?, limit: Int) {
            self.cursor = cursor
            self.limit = limit
        }
    }
}

package struct ChangePage: Codable, Sendable {
    package var changes: [Change]
    /// Encrypted; give it back unread. Moves only with the changes it covers.
    package var cursor: String
    /// More changes are waiting: ask again at once.
    package var hasMore: Bool
    /// Changes when the server was restored from a backup: nothing that was told before holds any more.
    package var epoch: Int64
    /// In the place of an epoch: what this client was told has never happened, since old data was put back in the server's
    /// place. Start over without a cursor.
    package static let otherPast: Int64 = 0
    /// Journal position of the caller's own tree: all changes up to it are told by now. What is still to be listed is
    /// told as it stands at this position or later. Nil where the question was about somebody else's tree.
    package var revision: Revision?
    /// The server's clock: how long ago nodes were changed goes by it.
    package var now: Milliseconds

    package init(
        changes: [Change], cursor: String, hasMore: Bool, epoch: Int64, revision: Revision? = nil, now: Milliseconds
    ) {
        self.changes = changes
        self.cursor = cursor
        self.hasMore = hasMore
        self.epoch = epoch
        self.revision = revision
        self.now = now
    }

    private enum CodingKeys: CodingKey { case changes, cursor, hasMore, epoch, revision, now }

    /// Kinds of changes that this version does not know are passed over: a newer server tells of things that this version
    /// has no place for. A known kind that cannot be read is an error, as ever.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        changes = try values.decode([KnownChange].self, forKey: .changes).compactMap(\.change)
        cursor = try values.decode(String.self, forKey: .cursor)
        hasMore = try values.decode(Bool.self, forKey: .hasMore)
        epoch = try values.decode(Int64.self, forKey: .epoch)
        revision = try values.decodeIfPresent(Revision.self, forKey: .revision)
        now = try values.decode(Milliseconds.self, forKey: .now)
    }
}

/// A change, or nothing for a kind that this version does not know.
private struct KnownChange: Decodable {
    private enum Kind: String, CodingKey { case viewOpened, viewClosed, node, enter, leave }

    let change: Change?

    init(from decoder: any Decoder) throws {
        let isKnown = try !decoder.container(keyedBy: Kind.self).allKeys.isEmpty
        change = isKnown ? try Change(from: decoder) : nil
    }
}

/// Client to server: the views it wants to hear of. Replaces what was said before; views it may not see are ignored.
package struct PushSubscription: Codable, Sendable {
    package var subscribe: [ViewID]
    package init(subscribe: [ViewID]) { self.subscribe = subscribe }
}

/// Server to client: look at these views. Never data. An empty list means that the set of views itself changed.
package struct PushLook: Codable, Sendable {
    package var look: [ViewID]
    package init(look: [ViewID]) { self.look = look }
}
