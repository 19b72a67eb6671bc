// POST /v1/nodes           CreateNodes.Request  → CreateNodes.Response   folders made, uploads opened
// POST /v1/nodes/list      ListNodes.Request    → ListNodes.Response     children of many folders, by pages
// GET  /v1/files/{id}      → Node                                        one file's or folder's metadata
// POST /v1/nodes/move      MoveNodes.Request    → NodeResults            move and rename
// POST /v1/nodes/copy      CopyNodes.Request    → NodeResults            files, by reference
// POST /v1/nodes/trash     TrashNodes.Request   → NodeResults
// POST /v1/nodes/restore   RestoreNodes.Request → NodeResults            out of the trash
// What cannot be repeated without another effect takes the header `Idempotency-Key` (1 to 64 ASCII letters, digits, `-`,
// `_`): all of these that change something, POST /v1/packs, POST /v1/uploads/commit, POST /v1/files/{id}/restore, and giving
// and taking back shares. The other changing routes may be repeated as they are.
// Those that change something take the header `Pannier-Epoch`, too, if the client wants: the epoch of the last page of the
// feed that it has read. In another one the whole request is refused, with `epoch_changed`.

/// A file or folder as a client may see it.
package struct Node: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable {
        case folder
        case file
    }

    package var id: NodeID
    package var namespace: NamespaceID
    /// Nil for a namespace's root, and for the root of a shared subtree as its viewer sees it.
    package var parent: NodeID?
    package var name: NodeName
    package var kind: Kind
    /// Journal position at which the node came into being; 0 for guests.
    package var created: Revision
    /// Journal position at which it last changed. For guests a number of another kind, which grows with each change too.
    package var revision: Revision
    /// Server's clock at the last change.
    package var changedAt: Milliseconds
    /// E-mail of the account that changed it last.
    package var changedBy: String
    /// When it was put into the trash; nil for the living. What lies below a trashed folder carries no mark of its own.
    package var trashedAt: Milliseconds?
    /// Whether the owner has shared exactly this node. Always false for others.
    package var isShared: Bool
    /// Present for files.
    package var content: Content?

    package struct Content: Codable, Sendable, Hashable {
        package var version: VersionID
        package var size: Int64
        package var sha256: Fingerprint
        package var modified: Nanoseconds
        package var isExecutable: Bool
        package var mimeType: String
        /// Versions that were replaced by somebody who had not seen them, while nobody has said yet what shall stay
        /// (``FileVersion/Conflict``). For the owner; 0 for guests.
        package var conflicts: Int

        package init(
            version: VersionID, size: Int64, sha256: Fingerprint, modified: Nanoseconds, isExecutable: Bool,
            mimeType: String, conflicts: Int = 0
        ) {
            self.version = version
            self.size = size
            self.sha256 = sha256
            self.modified = modified
            self.isExecutable = isExecutable
            self.mimeType = mimeType
            self.conflicts = conflicts
        }

        /// A size that no file can have is refused: sums of sizes are taken everywhere. Older servers say nothing of
        /// conflicts.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            version = try container.decode(VersionID.self, forKey: .version)
            size = try container.decode(Int64.self, forKey: .size)
            guard (0...Limits.fileBytes).contains(size) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .size, in: container, debugDescription: "no file is that large")
            }
            sha256 = try container.decode(Fingerprint.self, forKey: .sha256)
            modified = try container.decode(Nanoseconds.self, forKey: .modified)
            isExecutable = try container.decode(Bool.self, forKey: .isExecutable)
            mimeType = try container.decode(String.self, forKey: .mimeType)
            conflicts = max(0, try container.decodeIfPresent(Int.self, forKey: .conflicts) ?? 0)
        }
    }

    package init(
        id: NodeID, namespace: NamespaceID, parent: NodeID?, name: NodeName, kind: Kind, created: Revision,
        revision: Revision, changedAt: Milliseconds, changedBy: String, trashedAt: Milliseconds? = nil,
        isShared: Bool = false, content: Content? = nil
    ) {
        self.id = id
        self.namespace = namespace
        self.parent = parent
        self.name = name
        self.kind = kind
        self.created = created
        self.revision = revision
        self.changedAt = changedAt
        self.changedBy = changedBy
        self.trashedAt = trashedAt
        self.isShared = isShared
        self.content = content
    }

    /// Numbers that no service sends are refused: everyone computes with them.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(NodeID.self, forKey: .id)
        namespace = try container.decode(NamespaceID.self, forKey: .namespace)
        parent = try container.decodeIfPresent(NodeID.self, forKey: .parent)
        name = try container.decode(NodeName.self, forKey: .name)
        kind = try container.decode(Kind.self, forKey: .kind)
        created = try container.decode(Revision.self, forKey: .created)
        revision = try container.decode(Revision.self, forKey: .revision)
        changedAt = try container.decode(Milliseconds.self, forKey: .changedAt)
        changedBy = try container.decode(String.self, forKey: .changedBy)
        trashedAt = try container.decodeIfPresent(Milliseconds.self, forKey: .trashedAt)
        isShared = try container.decode(Bool.self, forKey: .isShared)
        content = try container.decodeIfPresent(Content.self, forKey: .content)
        guard created >= 0, revision >= 0, changedAt >= 0, trashedAt ?? 0 >= 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .changedAt, in: container, debugDescription: "a time or revision below zero")
        }
    }
}

package typealias NodeResults = BatchResponse<Node>

/// Answers in the order of the question.
package struct BatchResponse<Value: Codable & Sendable>: Codable, Sendable {
    package var items: [ItemResult<Value>]
    package init(items: [ItemResult<Value>]) { self.items = items }
}

package enum CreateNodes {
    /// Up to 500 items, in one folder or in many, parents before what they hold.
    package struct Request: Codable, Sendable {
        /// Where the items go that name no folder of their own. Where it cannot be written in, none of the items is
        /// looked at. Nil: every item says where it goes.
        package var parent: NodeID?
        package var items: [Item]
        package init(parent: NodeID? = nil, items: [Item]) {
            self.parent = parent
            self.items = items
        }
    }

    package struct Item: Codable, Sendable {
        /// The folder that `path` begins in; nil: the request's.
        package var parent: NodeID?
        /// Names from the parent down; every folder but the last name must exist or stand earlier in a request. A folder
        /// that is already there is answered as it is. Empty where `node` says the place.
        package var path: [NodeName]
        /// New content for this file, wherever it will stand and whatever its name will be.
        package var node: NodeID?
        /// Nil makes a folder.
        package var file: File?

        package init(parent: NodeID? = nil, path: [NodeName], file: File?) {
            self.parent = parent
            self.path = path
            self.file = file
        }

        package init(node: NodeID, file: File) {
            path = []
            self.node = node
            self.file = file
        }
    }

    /// Opens an upload. The node comes into being, or gets its next version, when the upload is committed.
    package struct File: Codable, Sendable {
        /// Expected size in bytes; the commit names the real one.
        package var size: Int64
        package var modified: Nanoseconds
        package var isExecutable: Bool
        package var mimeType: String
        /// The revision of the file that the sender last saw under this name; nil if none. Content committed since
        /// then is kept as a version flagged “conflict”.
        package var baseRevision: Revision?
        package init(
            size: Int64, modified: Nanoseconds, isExecutable: Bool, mimeType: String, baseRevision: Revision?
        ) {
            self.size = size
            self.modified = modified
            self.isExecutable = isExecutable
            self.mimeType = mimeType
            self.baseRevision = baseRevision
        }
    }

    /// The folder, as it stands now; or an upload's id, and how its file is to be cut.
    package struct Created: Codable, Sendable {
        package var folder: Node?
        package var upload: UploadID?
        package var chunkClass: ChunkClass?

        package init(folder: Node) { self.folder = folder }

        package init(upload: UploadID, chunkClass: ChunkClass) {
            self.upload = upload
            self.chunkClass = chunkClass
        }
    }

    package typealias Response = BatchResponse<Created>
}

package enum ListNodes {
    /// Children of up to 100 folders, answered in order until `limit` rows are full.
    package struct Request: Codable, Sendable {
        package var folders: [Folder]
        /// At most 1,000 rows in the whole answer.
        package var limit: Int
        package init(folders: [Folder], limit: Int) {
            self.folders = folders
            self.limit = limit
        }
    }

    package struct Folder: Codable, Sendable {
        package var node: NodeID
        /// Go on after this child (children are ordered by id, so that a rename cannot skip one).
        package var after: NodeID?
        package init(node: NodeID, after: NodeID? = nil) {
            self.node = node
            self.after = after
        }
    }

    package struct Response: Codable, Sendable {
        /// One for each folder that was reached; folders of the request beyond these were not looked at: ask again.
        package var folders: [ItemResult<Page>]
        package init(folders: [ItemResult<Page>]) { self.folders = folders }
    }

    package struct Page: Codable, Sendable {
        package var children: [Node]
        /// Present when more children follow.
        package var after: NodeID?
        package init(children: [Node], after: NodeID?) {
            self.children = children
            self.after = after
        }
    }
}

package enum MoveNodes {
    package struct Request: Codable, Sendable {
        package var items: [Item]
        package init(items: [Item]) { self.items = items }
    }

    package struct Item: Codable, Sendable {
        package var node: NodeID
        /// The folder it goes to, in the same namespace.
        package var parent: NodeID
        package var name: NodeName
        package init(node: NodeID, parent: NodeID, name: NodeName) {
            self.node = node
            self.parent = parent
            self.name = name
        }
    }
}

package enum CopyNodes {
    /// Up to 500 files, answered in order. Where they have many pieces together, files beyond a number of those are not
    /// looked at and not answered: ask again for them.
    package struct Request: Codable, Sendable {
        package var items: [Item]
        package init(items: [Item]) { self.items = items }
    }

    package struct Item: Codable, Sendable {
        /// A file: folders are made, and what they hold is copied one by one.
        package var node: NodeID
        /// The folder that the copy goes to, in the same namespace.
        package var parent: NodeID
        package var name: NodeName
        package init(node: NodeID, parent: NodeID, name: NodeName) {
            self.node = node
            self.parent = parent
            self.name = name
        }
    }
}

package enum TrashNodes {
    package struct Request: Codable, Sendable {
        package var items: [Item]
        package init(items: [Item]) { self.items = items }
    }

    /// A node, and what proves that the asker knows what goes with it. Where the proof fails, nothing of it is touched and
    /// the item's problem is `changed_since`: look at the feed, then ask anew.
    package struct Item: Codable, Sendable {
        package var node: NodeID
        /// Only if neither the node nor anything living below it has a newer revision: whatever came in, was moved in,
        /// taken out of the trash there, or got new content, has one. For the owner alone, who knows all up to
        /// ``ChangePage/revision``. Nil asks for no proof.
        package var unchangedSince: Revision?
        /// Only if so many living nodes would go, the node itself included. For the owner alone.
        package var count: Int?
        package init(node: NodeID, unchangedSince: Revision? = nil, count: Int? = nil) {
            self.node = node
            self.unchangedSince = unchangedSince
            self.count = count
        }
    }
}

package enum RestoreNodes {
    package struct Request: Codable, Sendable {
        package var items: [Item]
        package init(items: [Item]) { self.items = items }
    }

    package struct Item: Codable, Sendable {
        package var node: NodeID
        /// Where to, if not where it was (its old folder is gone, or its name is taken there).
        package var parent: NodeID?
        package var name: NodeName?
        package init(node: NodeID, parent: NodeID? = nil, name: NodeName? = nil) {
            self.node = node
            self.parent = parent
            self.name = name
        }
    }
}
