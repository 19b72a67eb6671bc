import ArgumentParser
import Dispatch
import Foundation
import PannierCore
import PannierEngine
import Synchronization

/// Names on the server for a shell that completes a path: asked of the agent if one is running, from its mirror, within
/// an instant. No agent is started for it, and none is waited for.
enum RemoteCompletion {
    /// In milliseconds; what takes longer completes nothing.
    private static let patience = 400
    /// More than anybody reads.
    private static let most = 200
    private static let shared = "shared:/"

    /// Paths on the server.
    /// - Parameters:
    ///   - arguments: the words of the command line.
    ///   - index: of the word under the cursor among them.
    ///   - typed: the beginning of the word under the cursor, as it was typed.
    @Sendable
    static func paths(_ arguments: [String], _ index: Int, _ typed: String) -> [String] {
        let word = TypedPath(ShellWord.unquoted(typed))
        guard let paths = paths(of: arguments) else { return [] }
        return answer(from: paths) { link in try await names(for: word, link) }
            .map { ShellWord.offered($0, to: .requesting) }
    }

    /// Names of the profiles that were ever used.
    @Sendable
    static func profiles(_ arguments: [String], _ index: Int, _ typed: String) -> [String] {
        let state = ClientPaths.current(profile: .standard).state
        let folder = URL(filePath: state).deletingLastPathComponent()
        // Where there is none, there is nothing to offer.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.filter { Profile($0) != nil }.sorted()
    }

    /// The first digits of transfers that are not over.
    @Sendable
    static func transfers(_ arguments: [String], _ index: Int, _ typed: String) -> [String] {
        guard let paths = paths(of: arguments) else { return [] }
        return answer(from: paths) { link in
            guard case .transfers(let states) = try await link.send(.transfers) else { return [] }
            return states.filter { !$0.state.isOver }.map { ShortID.text($0.id) }
        }
    }

    private static func paths(of arguments: [String]) -> ClientPaths? {
        var name = ProcessInfo.processInfo.environment["PANNIER_PROFILE"] ?? ""
        for (word, next) in zip(arguments, arguments.dropFirst()) where word == "--profile" { name = next }
        for word in arguments where word.hasPrefix("--profile=") { name = String(word.dropFirst("--profile=".count)) }
        let profile = name.isEmpty ? Profile.standard : Profile(ShellWord.unquoted(name))
        return profile.map { ClientPaths.current(profile: $0) }
    }

    /// Blocks until the agent has answered, or ``patience`` is over.
    private static func answer(
        from paths: ClientPaths, _ ask: @escaping @Sendable (SocketLink) async throws -> [String]
    ) -> [String] {
        let answer = Answer()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            // Nobody wants to read of errors while typing.
            if let link = try? await SocketLink.connect(to: paths.socket), let words = try? await ask(link) {
                answer.words.withLock { $0 = words }
            }
            done.signal()
        }
        _ = done.wait(timeout: .now() + .milliseconds(patience))
        return answer.words.withLock { $0 }
    }

    private final class Answer: Sendable {
        let words = Mutex<[String]>([])
    }

    // MARK: Names

    private static func names(for word: TypedPath, _ link: SocketLink) async throws -> [String] {
        var found = try await children(of: word.folder, beginning: word.name, link)
        // A folder alone: what lies in it is offered beside it, so that the shell does not think it is done.
        if let only = found.first, found.count == 1, only.hasSuffix("/") {
            found += try await children(of: only, beginning: "", link)
        }
        if word.folder.isEmpty, shared.hasPrefix(word.name) { found.append(shared) }
        return found
    }

    /// The paths in a folder whose names begin so, as they are typed; folders end with a slash.
    private static func children(of folder: String, beginning: String, _ link: SocketLink) async throws -> [String] {
        let listing = Listing(folder.isEmpty ? .myFiles : try RemotePath(parsing: Array(folder.utf8)))
        var rows: [Row] = []
        // By name, folders before files: two places to begin at.
        let places = beginning.isEmpty ? [nil] : try [true, false].map { try key(isFolder: $0, beginning) }
        for place in places {
            guard case .rows(let page) = try await link.send(.list(listing, after: place, limit: most)) else {
                return []
            }
            rows += page.rows.filter { $0.node.name.text.hasPrefix(beginning) && !rows.contains($0) }
        }
        // What is not safe to show is not safe to have shown by a shell either.
        return rows.map(\.node).filter { SafeText($0.name).text == $0.name.text }
            .map { folder + $0.name.text + ($0.kind == .folder ? "/" : "") }
    }

    /// Just before the first name that begins so.
    private static func key(isFolder: Bool, _ beginning: String) throws -> RowKey {
        RowKey(isFolder: isFolder, name: try NodeName(beginning), node: NodeID(bytes: Array(repeating: 0, count: 16)))
    }
}

/// A path on the server as far as it was typed.
struct TypedPath: Equatable {
    /// With the slash at its end; empty where there was none.
    let folder: String
    /// How the name begins.
    let name: String

    init(_ text: String) {
        let end = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
        folder = String(text[..<end])
        name = String(text[end...])
    }
}
