// GET  /v1/files/{id}/versions?after=&limit=  → FileVersions                    what a file has held, newest first
// POST /v1/files/{id}/restore                 RestoreVersion.Request → Node     an older content is current again
// POST /v1/files/{id}/conflicts/settle        SettleConflicts.Request → Node    the current content stays
// For whoever may write in the file. For others there is no such file.

/// One content that a file has or had.
package struct FileVersion: Codable, Sendable, Hashable, Identifiable {
    /// It was replaced by somebody who had not seen it. Nothing of it is lost: it is one of the file's versions.
    package enum Conflict: String, Codable, Sendable {
        /// Nobody has said yet which content shall stay.
        case open
        case settled
    }

    package var id: VersionID
    /// Journal position at which it was committed. For guests a number of another kind, which grows with each version too.
    package var revision: Revision
    package var size: Int64
    package var sha256: Fingerprint
    package var modified: Nanoseconds
    package var isExecutable: Bool
    /// Server's clock when it was committed.
    package var createdAt: Milliseconds
    /// E-mail of the account that committed it.
    package var createdBy: String
    /// Name of the device that committed it, where that is one of the caller's own.
    package var device: String?
    package var isCurrent: Bool
    package var conflict: Conflict?
    /// Made by restoring an older one.
    package var isRestored: Bool

    package init(
        id: VersionID, revision: Revision, size: Int64, sha256: Fingerprint, modified: Nanoseconds,
        isExecutable: Bool = false, createdAt: Milliseconds, createdBy: String, device: String? = nil,
        isCurrent: Bool = false, conflict: Conflict? = nil, isRestored: Bool = false
    ) {
        self.id = id
        self.revision = revision
        self.size = size
        self.sha256 = sha256
        self.modified = modified
        self.isExecutable = isExecutable
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.device = device
        self.isCurrent = isCurrent
        self.conflict = conflict
        self.isRestored = isRestored
    }

    /// Numbers that no service sends are refused: everyone computes with them.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(VersionID.self, forKey: .id)
        revision = try container.decode(Revision.self, forKey: .revision)
        size = try container.decode(Int64.self, forKey: .size)
        sha256 = try container.decode(Fingerprint.self, forKey: .sha256)
        modified = try container.decode(Nanoseconds.self, forKey: .modified)
        isExecutable = try container.decode(Bool.self, forKey: .isExecutable)
        createdAt = try container.decode(Milliseconds.self, forKey: .createdAt)
        createdBy = try container.decode(String.self, forKey: .createdBy)
        device = try container.decodeIfPresent(String.self, forKey: .device)
        isCurrent = try container.decode(Bool.self, forKey: .isCurrent)
        conflict = try container.decodeIfPresent(Conflict.self, forKey: .conflict)
        isRestored = try container.decode(Bool.self, forKey: .isRestored)
        guard (0...Limits.fileBytes).contains(size), revision >= 0, createdAt >= 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .size, in: container, debugDescription: "a size, time or revision that cannot be")
        }
    }
}

/// A page of versions, the newest first.
package struct FileVersions: Codable, Sendable {
    package var versions: [FileVersion]
    /// Present when older ones follow: to be asked for with `after`.
    package var after: VersionID?

    package init(versions: [FileVersion], after: VersionID? = nil) {
        self.versions = versions
        self.after = after
    }
}

package enum RestoreVersion {
    /// Makes a new version with the content of an older one. What was current stays as a version, and the file's conflicts
    /// are settled. Of the current version, that is all that happens.
    package struct Request: Codable, Sendable {
        package var version: VersionID
        /// Only if this is still the current one; else the problem is `changed_since`. Nil: whatever is current.
        package var current: VersionID?

        package init(version: VersionID, current: VersionID? = nil) {
            self.version = version
            self.current = current
        }
    }
}

package enum SettleConflicts {
    /// May be repeated as it is: a later conflict is not settled by it.
    package struct Request: Codable, Sendable {
        /// The one to keep. Only if it is still the current one; else the problem is `changed_since`.
        package var version: VersionID
        package init(version: VersionID) { self.version = version }
    }
}
