import ArgumentParser
import Dispatch
import Foundation
import PannierCore
import PannierEngine
import Synchronization

/// What a shell wants to know of the agent to complete a word: asked of one that is running, within an instant. None is
/// started for it, and none is waited for.
struct AgentQuestion: Sendable {
    /// In milliseconds; what takes longer completes nothing.
    private static let patience = 1_000

    private let paths: ClientPaths
    /// The words of the command line behind the name of the program, without quotes.
    let words: [String]
    /// As far as it was typed, without quotes.
    let word: String

    /// - Parameters:
    ///   - arguments: the words of the command line as they were typed.
    ///   - index: of the word under the cursor among them.
    ///   - typed: the last of them up to the cursor.
    /// - Returns: nil for a profile that cannot be.
    init?(_ arguments: [String], _ index: Int, _ typed: String) {
        let isLast = index == arguments.count - 1 || !arguments.indices.contains(index)
        word = ShellWord.asked(isLast ? typed : arguments[index])
        words = arguments.dropFirst().map(ShellWord.asked)
        guard let profile = Self.profile(among: words) else { return nil }
        paths = ClientPaths.current(profile: profile)
    }

    private static func profile(among words: [String]) -> Profile? {
        var name = ProcessInfo.processInfo.environment["PANNIER_PROFILE"] ?? ""
        for (word, next) in zip(words, words.dropFirst()) where word == "--profile" { name = next }
        for word in words where word.hasPrefix("--profile=") { name = String(word.dropFirst("--profile=".count)) }
        return name.isEmpty ? .standard : Profile(name)
    }

    /// Blocks until the agent has answered, or ``patience`` is over.
    /// - Returns: words as the shell takes them. Those that are not safe to show are left out: a shell shows them.
    func answer(_ ask: @escaping @Sendable (SocketLink) async throws -> [String]) -> [String] {
        let answer = Answer()
        let done = DispatchSemaphore(value: 0)
        let socket = paths.socket
        Task.detached {
            // Nobody wants to read of errors while typing.
            if let link = try? await SocketLink.connect(to: socket), let words = try? await ask(link) {
                answer.words.withLock { $0 = words }
            }
            done.signal()
        }
        _ = done.wait(timeout: .now() + .milliseconds(Self.patience))
        return answer.words.withLock { $0 }.filter(ShellWord.isSafe).map(ShellWord.offered)
    }

    private final class Answer: Sendable {
        let words = Mutex<[String]>([])
    }
}
