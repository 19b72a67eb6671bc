import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

/// `--profile`, for every command that has to do with an account.
struct ProfileOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The account to use, where there are several.", valueName: "name"))
    var profile: String?

    var chosen: Profile {
        get throws {
            let name = profile ?? ProcessInfo.processInfo.environment["PANNIER_PROFILE"] ?? Profile.standard.name
            guard let profile = Profile(name.isEmpty ? Profile.standard.name : name) else {
                throw ValidationError(
                    "“\(name)” is no name for a profile: 1 to 32 letters, digits, dots, dashes and underscores.")
            }
            return profile
        }
    }

    var paths: ClientPaths { get throws { ClientPaths.current(profile: try chosen) } }

    /// A link to the profile's agent, which is started if need be, and again when it dies.
    func attach() throws -> AttachedLink { AttachedLink(AgentStarter(paths: try paths)) }
}

struct JSONOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON.")
    var json = false
}

extension RemotePath {
    /// A path as typed.
    /// - Throws: ``Problem`` in words.
    init(argument text: String) throws(Problem) {
        do throws(RemotePathError) {
            try self.init(parsing: text)
        } catch {
            let code: Problem.Code = if case .name = error { .nameNotAllowed } else { .tooDeep }
            throw Problem(code, "“\(text)” is not a path: \(error).", detail: "Nothing was changed.", status: 0)
        }
    }
}

extension EngineLink {
    /// - Throws: ``Problem`` when the answer is of another kind than asked for.
    func status(_ command: EngineCommand) async throws -> EngineStatus {
        guard case .status(let status) = try await send(command) else { throw Problem.otherVersion }
        return status
    }

    func refusals(_ command: EngineCommand) async throws -> [Refusal] {
        guard case .refused(let refusals) = try await send(command) else { throw Problem.otherVersion }
        return refusals
    }
}

extension Problem {
    static let otherVersion = Problem(
        .agentUnreachable, "The agent is of another version than this program.",
        detail: "Stop it with `pannier agent --stop`; the next command starts the right one.")
}
