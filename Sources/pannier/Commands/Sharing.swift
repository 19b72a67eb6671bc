import ArgumentParser
import PannierCore
import PannierEngine

struct Share: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let other people see a file or folder.",
        discussion: "It stands in their Shared With Me at once, or when they sign up.")

    @Argument(help: "What to share.")
    var path: String
    @Argument(help: ArgumentHelp("With whom.", valueName: "email"))
    var emails: [String]
    @Option(help: ArgumentHelp("What they may do.", valueName: "viewer|editor"))
    var role: Role = .viewer
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let command = EngineCommand.share(path: try RemotePath(argument: path), emails: emails, role: role)
        try await GrantList.print(command, profile, output)
    }
}

struct Unshare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a share back.",
        discussion: "Their next request is refused; links that were given out die within five minutes.")

    @Argument(help: "What was shared.")
    var path: String
    @Argument(help: "With whom.")
    var email: String
    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        _ = try await profile.attach().send(.unshare(path: try RemotePath(argument: path), email: email))
    }
}

struct Shares: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say who may see a file or folder.")

    @Argument(help: "What is shared.")
    var path: String
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        try await GrantList.print(.shares(path: try RemotePath(argument: path)), profile, output)
    }
}

private enum GrantList {
    static func print(_ command: EngineCommand, _ profile: ProfileOptions, _ output: JSONOptions) async throws {
        guard case .grants(let grants) = try await profile.attach().send(command) else { throw Problem.otherVersion }
        if output.json { return try JSON.print(grants.grants.map(JSON.Access.init)) }
        for grant in grants.grants {
            Report.output("\(grant.email)  \(grant.role.rawValue)  since \(Format.minute(grant.grantedAt))")
        }
    }
}

extension Role: ExpressibleByArgument {}
