import Foundation
import HTTPTypes
import PannierCore
import PannierServer
import Testing

/// The document in the repository says what the routes do, and nothing else.
@Suite struct OpenAPITests {
    private let document: OpenAPIDocument

    init() throws { document = try OpenAPIDocument.ofThisServer() }

    @Test func routesAndDocumentNameTheSame() {
        let documented = Set(document.operations.map { "\($0.method) \($0.path)" })
        let routed = Set(Route.all.map(\.label))
        #expect(documented.subtracting(routed) == [], "documented, but not there")
        #expect(routed.subtracting(documented) == [], "there, but not documented")
        #expect(Route.all.count == routed.count)
    }

    @Test(arguments: Route.all.map(\.label)) func aRouteIsAsDocumented(_ label: String) throws {
        let route = try #require(Route.all.first { $0.label == label })
        let operation = try #require(
            document.operations.first { $0.path == route.path && $0.method == route.method.rawValue })
        #expect(operation.name == route.name)
        #expect(operation.needsToken == (route.access == .device))
        #expect(operation.isLocal == (route.access == .local))
        #expect(operation.needsKey == route.needsKey)
        let names = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        #expect(operation.pathParameters == Set(names))
        let responses = operation.content["responses"] as? [String: Any]
        #expect(responses?["default"] != nil, "every route may answer with a problem")
    }

    @Test func allReferencesResolve() {
        for reference in Set(document.references) { #expect(document.resolves(reference), "\(reference)") }
    }

    @Test func allCodesAreNamed() throws {
        let problem = document.schema("Problem") as? [String: Any]
        let code = (problem?["properties"] as? [String: Any])?["code"] as? [String: Any]
        let named = Set(code?["enum"] as? [String] ?? [])
        let crossing = Problem.Code.allCases.filter { $0.status != 0 }.map(\.rawValue)
        #expect(Set(crossing).subtracting(named) == [])
    }

    /// The values that no test of the routes happens to meet.
    @Test func wireTypesFit() throws {
        let node = Node(
            id: .random(), namespace: .random(), parent: .random(), name: try NodeName("ü"), kind: .file, created: 1,
            revision: 2, changedAt: 3, changedBy: "a@b", trashedAt: 4, isShared: true,
            content: Node.Content(
                version: .random(), size: 1 << 40, sha256: Fingerprint(1, 2, 3, 4), modified: -1, isExecutable: true,
                mimeType: "text/plain"))
        let shared = SharedItem(view: .random(), owner: "a@b", role: .editor, sharedAt: 1, node: node)
        try expect(node, "Node")
        try expect(shared, "SharedItem")
        let changes: [Change] = [
            .viewOpened(view: .random(), root: node, shared: shared), .viewClosed(view: .random()),
            .node(view: .random(), node: node, isNew: false), .enter(view: .random(), node: node),
            .leave(view: .random(), node: .random()),
        ]
        for change in changes { try expect(change, "Change") }
        try expect(PushLook(look: [.random()]), "PushLook")
        try expect(PushSubscription(subscribe: []), "PushSubscription")
        try expect(
            Account(
                id: .random(), email: "a@b", name: "A", namespace: .random(), root: .random(),
                chunkerSeed: String(repeating: "ab", count: 32), usedBytes: 1, quotaBytes: 2), "Account")
        let restore = RestoreNodes.Request(items: [.init(node: .random(), parent: .random(), name: try NodeName("x"))])
        try expect(restore, "RestoreNodesRequest")
        let place = PackedChunk(
            fingerprint: Fingerprint(1, 2, 3, 4), length: 1, offset: 2, sealedLength: 3, codec: .zstd)
        try expect(DescribePack.Request(chunks: [place]), "DescribePackRequest")
        for code in Problem.Code.allCases { try expect(Problem(code, "t", detail: "d", retryAfter: 1), "Problem") }
    }

    /// The check itself finds what does not fit.
    @Test func aWrongValueIsFound() throws {
        #expect(!document.failures(["look": [1]], document.schema("PushLook")).isEmpty)
        #expect(!document.failures(["look": [], "more": 1] as [String: Any], document.schema("PushLook")).isEmpty)
        #expect(!document.failures([:] as [String: Any], document.schema("PushLook")).isEmpty)
    }

    private func expect(_ value: some Encodable, _ schema: String) throws {
        let json = try JSONSerialization.jsonObject(with: try WireJSON.encode(value))
        #expect(document.failures(json, document.schema(schema)) == [], "\(schema)")
    }
}
