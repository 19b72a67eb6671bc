import Foundation
import PannierCore
import PannierMirror
import Testing

/// A state folder of its own for one test.
struct Scratch: ~Copyable {
    let paths: ClientPaths
    private let folder: String

    init() {
        folder = FileManager.default.temporaryDirectory.appending(path: "pannier-mirror-\(UUID().uuidString)")
            .path(percentEncoded: false)
        paths = ClientPaths(profile: .standard, environment: ["HOME": folder])
    }

    func open() throws -> Mirror {
        let lock = try ProfileLock.take(paths)
        guard let lock else { throw Problem(.agentUnreachable, "locked") }
        return try Mirror.open(paths, lock: lock)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

enum Sample {
    static let account = Account(
        id: AccountID.random(), email: "alice@example.org", name: "Alice", namespace: NamespaceID.random(),
        root: NodeID.random(), chunkerSeed: String(repeating: "00", count: 32), usedBytes: 0, quotaBytes: nil)

    static let view = ViewID(high: account.namespace.high, low: account.namespace.low)
    static let root = Node(
        id: account.root, namespace: account.namespace, parent: nil, name: (try? NodeName("root"))!, kind: .folder,
        created: 1, revision: 1, changedAt: 0, changedBy: "alice@example.org")

    static func node(
        _ name: NodeName, kind: Node.Kind, parent: NodeID? = account.root, trashedAt: Milliseconds? = nil
    ) -> Node {
        let content = Node.Content(
            version: .random(), size: 7, sha256: Fingerprint(1, 2, 3, 4), modified: 5, isExecutable: true,
            mimeType: "text/plain")
        return Node(
            id: .random(), namespace: account.namespace, parent: parent, name: name, kind: kind, created: 2,
            revision: 2, changedAt: 3, changedBy: "alice@example.org", trashedAt: trashedAt,
            content: kind == .file ? content : nil)
    }
}
