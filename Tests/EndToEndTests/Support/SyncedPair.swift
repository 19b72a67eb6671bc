import Foundation
import Testing

/// One person's two devices, each with a synced folder, and the server between them.
struct SyncedPair: Sendable {
    let house: House
    var one: SyncedDevice
    var two: SyncedDevice

    /// A file that nothing was heard of for so long is taken for written, in milliseconds.
    static let settle = 100

    /// Two devices that are signed in. Their folders are not chosen yet.
    /// - Parameters:
    ///   - second: the folder of the second one, where that lies elsewhere.
    ///   - clocks: theirs, where they are to have other dates than this machine.
    static func open(in house: House, second: URL? = nil, clocks: [ShiftedClock] = []) async throws -> SyncedPair {
        let variables = (0..<2).map { side in
            ["PANNIER_SYNC_SETTLE": "\(settle)"].merging(clocks.isEmpty ? [:] : clocks[side].variables) { $1 }
        }
        return SyncedPair(
            house: house,
            one: SyncedDevice(
                device: try await house.device("one", variables: variables[0]), folder: try house.folder("one")),
            two: SyncedDevice(
                device: try await house.device("two", variables: variables[1]),
                folder: try second ?? house.folder("two")))
    }

    var sides: [SyncedDevice] { [one, two] }

    func pair() async throws {
        for side in sides { try await side.must("sync", side.root) }
    }

    /// Waits on the first, on the second, and on the first again, whoever has changed something: what one of them has done is
    /// on the server when its wait ends, and is there when the other's wait ends that began later. Nothing more is waited for.
    /// - Parameter isUneasy: something is to be told of; then a wait ends with that, which is no failure.
    func settle(within seconds: Int = 60, isUneasy: Bool = false) async throws {
        for side in [one, two, one] {
            let wait = try await side.device.start(["wait", "--synced"]).finish(within: seconds)
            if !isUneasy { try #require(wait.exitCode == 0, "\(side.device.name): \(wait.story)") }
        }
    }

    /// As ``settle(within:isUneasy:)``, of folders that are the same then.
    /// - Returns: what stands in both.
    @discardableResult
    func both(within seconds: Int = 60) async throws -> FolderTree {
        try await settle(within: seconds)
        let (left, right) = (try one.tree(), try two.tree())
        try #require(left == right, "not the same:\n\(left.differences(from: right))")
        return left
    }

    /// What both hold is on the server, too: the same names, sizes and executable bits.
    func serverHolds(_ tree: FolderTree) async throws {
        let nodes = try await one.serverTree()
        #expect(Set(nodes.keys) == Set(tree.paths))
        for (path, node) in nodes {
            switch tree[path] {
            case .folder?: #expect(node.kind == "folder", "\(path)")
            case .file(let bytes, _, let isExecutable)?:
                #expect(node.kind == "file" && node.size == Int64(bytes.count), "\(path)")
                #expect(node.isExecutable == isExecutable, "\(path)")
            case nil: break
            }
        }
    }
}

/// Runs `body` with two devices whose folders are empty and the same.
func withSyncedPair<Result: Sendable>(
    throughProxy: Bool = false, _ body: (SyncedPair) async throws -> Result
) async throws -> Result {
    try await inHouse(throughProxy: throughProxy) { house in
        let pair = try await SyncedPair.open(in: house)
        try await pair.pair()
        try await pair.both()
        let result = try await body(pair)
        try await pair.endAtOnce()
        return result
    }
}

extension SyncedPair {
    /// How they end in good order is not what these tests are about, and takes seconds.
    func endAtOnce() async throws {
        for side in sides { try await side.killAgent() }
        await house.server.kill()
    }
}
