import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

/// What a shell may put where the cursor is. Each takes the words of the command line, the index of the one under the
/// cursor, and the beginning of that one, as they were typed.
enum RemoteCompletion {
    /// Paths on the server.
    @Sendable
    static func paths(_ arguments: [String], _ index: Int, _ typed: String) -> [String] {
        guard let question = AgentQuestion(arguments, index, typed) else { return [] }
        let path = TypedPath(question.word)
        return question.answer { link in try await RemoteNames(link: link).names(for: path) }
    }

    /// Where things were that lie in the trash; behind `--id` their ids, behind `--version` files that are there.
    @Sendable
    static func trashed(_ arguments: [String], _ index: Int, _ typed: String) -> [String] {
        guard let question = AgentQuestion(arguments, index, typed) else { return [] }
        if question.words.contains("--version") { return paths(arguments, index, typed) }
        let wantsID = question.words.contains("--id")
        return question.answer { link in
            try await RemoteNames(link: link).trashed().map { row in
                wantsID ? TrashedID.text(row.node.id) : row.origin?.description ?? row.node.name.text
            }
        }
    }

    /// People with whom the path before is shared.
    @Sendable
    static func people(_ arguments: [String], _ index: Int, _ typed: String) -> [String] {
        guard let question = AgentQuestion(arguments, index, typed) else { return [] }
        let places = question.words.dropFirst().filter { $0.contains("/") }
        return question.answer { link in
            guard let place = places.first else { return [] }
            let path = try RemotePath(parsing: Array(place.utf8))
            guard case .access(let all) = try await link.send(.shares(path: path)) else { return [] }
            return all.filter { $0.path == path }.map(\.grant.email)
        }
    }

    /// The first digits of transfers.
    @Sendable
    static func transfers(_ arguments: [String], _ index: Int, _ typed: String) -> [String] {
        guard let question = AgentQuestion(arguments, index, typed) else { return [] }
        return question.answer { link in
            guard case .transfers(let states) = try await link.send(.transfers) else { return [] }
            return states.map { ShortID.text($0.id) }
        }
    }

    /// Names of the profiles that were ever used.
    @Sendable
    static func profiles(_ arguments: [String], _ index: Int, _ typed: String) -> [String] {
        let state = ClientPaths.current(profile: .standard).state
        let folder = URL(filePath: state).deletingLastPathComponent()
        // Where there is none, there is nothing to offer.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        return names.filter { Profile($0) != nil }.sorted()
    }
}
