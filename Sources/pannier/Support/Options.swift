import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

/// `--profile`, for every command that has to do with an account.
struct ProfileOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("The account to use, where there are several.", valueName: "name"),
        completion: .custom(RemoteCompletion.profiles),
        transform: Self.parse)
    var profile: Profile?

    var chosen: Profile {
        get throws {
            if let profile { return profile }
            let name = ProcessInfo.processInfo.environment["PANNIER_PROFILE"] ?? ""
            do {
                return name.isEmpty ? .standard : try Self.parse(name)
            } catch {
                throw ValidationError("PANNIER_PROFILE is “\(name)”, which is no name for a profile: \(error).")
            }
        }
    }

    /// It was named, and not only the one that is taken where nothing is said.
    var isNamed: Bool { get throws { try chosen != .standard } }

    private static func parse(_ name: String) throws -> Profile {
        guard let profile = Profile(name) else {
            throw ArgumentFault(description: "1 to 32 letters, digits, dots, dashes and underscores")
        }
        return profile
    }

    var paths: ClientPaths { get throws { ClientPaths.current(profile: try chosen) } }

    /// Whether anyone ever signed in on this profile, or tried to. One that was only mistyped leaves no trace.
    var isUsed: Bool { get throws { FileManager.default.fileExists(atPath: try paths.state) } }

    /// A link to the profile's agent, which is started if need be, and again when it dies.
    /// - Parameter isNew: The profile may be one that was never used.
    /// - Throws: ``Problem`` `notSignedIn` when it was never used, and must not be begun by this.
    func attach(isNew: Bool = false) throws -> AttachedLink {
        guard try isNew || isUsed else { throw Problem.nobodySignedIn }
        return AttachedLink(AgentStarter(paths: try paths), news: WaitWords().hear)
    }
}

struct JSONOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON.")
    var json = false
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
