import Foundation
import PannierCore

/// `--json`: what is printed is a promise (pannier(1), JSON OUTPUT); the types below are its shapes, apart from the
/// program's own, which may change.
enum JSON {
    static func print(_ value: some Encodable) throws { try Output.write(try text(value) + "\n") }

    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return escaped(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// What would move a cursor or turn text around stands as `\u…`: the same JSON, safe on a terminal too. Outside of
    /// strings there is nothing but ASCII.
    static func escaped(_ json: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    result.append(
                        contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
                }
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    struct Trouble: Encodable {
        var code: String
        var title: String
        var detail: String?

        init(_ problem: Problem) {
            code = problem.code.rawValue
            title = problem.title
            detail = problem.detail
        }
    }

    struct Status: Encodable {
        var profile: String
        var server: String?
        var email: String?
        var name: String?
        /// signedOut, connecting, live, polled, offline
        var connection: String
        var problem: Trouble?
        /// Milliseconds since 1970.
        var verifiedAt: Int64?
        var latencyMilliseconds: Int?
        var files: Int64
        /// Files with conflicts that nobody has settled.
        var conflicts: Int
        var usedBytes: Int64?
        var quotaBytes: Int64?
        /// Left out when no agent runs.
        var agentProcess: Int32?
        var version: String
        var limits: Limits
        /// Left out: there is no synced folder.
        var sync: Sync?

        init(_ status: EngineStatus, _ sync: SyncState? = nil, profile: String) {
            self.sync = sync.map(Sync.init)
            self.profile = profile
            server = status.server
            email = status.account?.email
            name = status.account?.name
            connection = status.connection.rawValue
            problem = status.problem.map(Trouble.init)
            verifiedAt = status.verifiedAt
            latencyMilliseconds = status.latencyMilliseconds
            files = status.fileCount
            conflicts = status.conflictCount
            usedBytes = status.account?.usedBytes
            quotaBytes = status.account?.quotaBytes
            agentProcess = status.agentProcess == 0 ? nil : status.agentProcess
            version = status.version
            limits = Limits(status.limits)
        }
    }

    struct Entry: Encodable {
        var name: String
        var path: String
        /// file or folder
        var kind: String
        var id: String
        var size: Int64?
        /// Nanoseconds since 1970, as the file system told it.
        var modified: Int64?
        var isExecutable: Bool?
        /// Contents that were replaced unseen, which nobody has decided about; left out: none.
        var conflicts: Int?
        /// Milliseconds since 1970, on the server's clock.
        var changedAt: Int64
        var changedBy: String
        var isShared: Bool
        /// How it stands in the synced folder: verified, waiting, onlineOnly, problem, ignored; left out: there is none.
        var sync: String?
        var owner: String?
        var role: String?

        init(_ row: Row, at path: RemotePath) {
            name = row.node.name.text
            self.path = path.description
            kind = row.node.kind.rawValue
            id = row.node.id.description
            size = row.node.content?.size
            modified = row.node.content?.modified
            isExecutable = row.node.content?.isExecutable
            conflicts = row.node.content.flatMap { $0.conflicts > 0 ? $0.conflicts : nil }
            changedAt = row.node.changedAt
            changedBy = row.node.changedBy
            isShared = row.node.isShared
            sync = row.sync?.rawValue
            owner = row.owner
            role = row.role?.rawValue
        }
    }

    /// Something in the trash.
    struct Trashed: Encodable {
        var name: String
        /// Where it was; left out when that is not known any more.
        var path: String?
        /// file or folder
        var kind: String
        var id: String
        var size: Int64?
        var modified: Int64?
        /// Milliseconds since 1970, on the server's clock.
        var trashedAt: Int64?
        /// Who put it there.
        var trashedBy: String

        init(_ row: Row) {
            name = row.node.name.text
            path = row.origin?.description
            kind = row.node.kind.rawValue
            id = row.node.id.description
            size = row.node.content?.size
            modified = row.node.content?.modified
            trashedAt = row.node.trashedAt
            trashedBy = row.node.changedBy
        }
    }

    struct Restored: Encodable {
        var id: String
        /// Where it stands now.
        var path: String

        init(_ restored: PannierCore.Restored) {
            id = restored.node.description
            path = restored.path.description
        }
    }

    /// Of a file; an old one keeps its number whatever comes.
    struct Version: Encodable {
        /// `restore --version` takes it; the newest has the highest.
        var number: Int64
        var id: String
        var size: Int64
        var sha256: String
        /// Nanoseconds since 1970, as the file system told it.
        var modified: Int64
        var isExecutable: Bool
        /// Milliseconds since 1970, on the server's clock.
        var createdAt: Int64
        var createdBy: String
        /// One of one's own devices.
        var device: String?
        var isCurrent: Bool
        /// open, settled; left out: none
        var conflict: String?
        var isRestored: Bool

        init(_ version: FileVersion) {
            number = version.revision
            id = version.id.description
            size = version.size
            sha256 = version.sha256.description
            modified = version.modified
            isExecutable = version.isExecutable
            createdAt = version.createdAt
            createdBy = version.createdBy
            device = version.device
            isCurrent = version.isCurrent
            conflict = version.conflict?.rawValue
            isRestored = version.isRestored
        }
    }

    /// A file with conflicts.
    struct Conflict: Encodable {
        var path: String
        var id: String
        var conflicts: Int
        /// Whose content is the current one, and since when.
        var changedBy: String
        var changedAt: Int64

        init(_ row: Row) {
            path = row.origin?.description ?? row.node.name.text
            id = row.node.id.description
            conflicts = row.node.content?.conflicts ?? 0
            changedBy = row.node.changedBy
            changedAt = row.node.changedAt
        }
    }

    struct Access: Encodable {
        /// What was shared: the thing itself, or a folder above it.
        var path: String
        var email: String
        var role: String
        var grantedAt: Int64

        init(_ access: PannierCore.Access) {
            path = access.path.description
            email = access.grant.email
            role = access.grant.role.rawValue
            grantedAt = access.grant.grantedAt
        }
    }
}

extension JSON {
    struct Transfer: Encodable {
        var id: String
        /// upload or download
        var direction: String
        /// queued, running, paused, retrying, done, partlyFailed, failed, cancelled
        var state: String
        /// Of several sources, the first one's.
        var name: String
        /// Files and folders that were asked for together.
        var sources: Int64
        var local: String
        var remote: String
        /// Of a copy of what somebody else shares: where that is; `remote` is where it goes to. Else left out.
        var from: String?
        var filesTotal: Int64
        var filesDone: Int64
        var filesFailed: Int64
        var foldersFailed: Int64
        var filesSkipped: Int64
        var bytesTotal: Int64
        var bytesDone: Int64
        /// Of those done: were there already, and did not cross the network.
        var bytesReused: Int64
        /// Plain bytes that have crossed the network, but are not done yet.
        var bytesUnderWay: Int64
        /// Crossed the network, sent again included.
        var bytesMoved: Int64
        /// Of the total: known to be there already, or to have to cross the network.
        var bytesExamined: Int64
        /// Under way: its path below the top, and how it is compressed and why.
        var file: String?
        var note: String?
        /// Whether the totals are final.
        var isScanned: Bool
        var bytesPerSecond: Double
        var problem: Trouble?

        init(_ transfer: TransferState) {
            id = transfer.id.description
            direction = transfer.direction.rawValue
            state = transfer.state.rawValue
            name = transfer.name
            sources = transfer.sources
            local = String(decoding: transfer.local.bytes, as: UTF8.self)
            remote = transfer.remote.description
            from = transfer.from?.description
            filesTotal = transfer.filesTotal
            filesDone = transfer.filesDone
            filesFailed = transfer.filesFailed
            foldersFailed = transfer.foldersFailed
            filesSkipped = transfer.filesSkipped
            bytesTotal = transfer.bytesTotal
            bytesDone = transfer.bytesDone
            bytesReused = transfer.bytesReused
            bytesUnderWay = transfer.bytesUnderWay
            bytesMoved = transfer.bytesMoved
            bytesExamined = transfer.bytesExamined
            file = transfer.file
            note = transfer.note
            isScanned = transfer.isScanned
            bytesPerSecond = transfer.bytesPerSecond
            problem = transfer.problem.map(Trouble.init)
        }
    }

    struct Limits: Encodable {
        /// Bytes a second; left out: no limit.
        var upload: Int64?
        var download: Int64?

        init(_ limits: TransferLimits) {
            upload = limits.upload
            download = limits.download
        }
    }

    struct Check: Encodable {
        var topic: String
        /// ok, warning, failure
        var verdict: String
        var text: String

        init(_ finding: Finding) {
            topic = finding.topic
            verdict = finding.verdict.rawValue
            text = finding.text
        }
    }
}
