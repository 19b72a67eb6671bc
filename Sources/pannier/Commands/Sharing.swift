import ArgumentParser
import PannierCore
import PannierEngine

struct Share: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let other people see a file or folder.",
        discussion: "It stands in their Shared With Me at once, or when they sign up.")

    /// What may be given so far.
    enum GivenRole: String, CaseIterable, ExpressibleByArgument {
        case viewer
    }

    @Argument(help: "What to share.", transform: PathArgument.init)
    var path: PathArgument
    @Argument(help: ArgumentHelp("With whom.", valueName: "email"), transform: TextArgument.parse)
    var emails: [String]
    @Option(help: "What they may do.")
    var role = GivenRole.viewer
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let path = try path.remote
        let role = Role(rawValue: role.rawValue) ?? .viewer
        let list = try await AccessList(.share(path: path, emails: emails, role: role), profile)
        try list.print(output)
        if path == .myFiles {
            Report.line("pannier: / is everything you have, now and later. `pannier unshare / EMAIL` takes it back.")
        }
    }
}

struct Unshare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a share back.",
        discussion: "Their next request is refused; links that were given out die within five minutes.")

    @Argument(help: "What was shared.", transform: PathArgument.init)
    var path: PathArgument
    @Argument(help: "With whom.", transform: TextArgument.parse)
    var email: String
    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        let command = EngineCommand.unshare(path: try path.remote, email: email)
        _ = try await profile.attach().send(command)
    }
}

struct Shares: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say who may see a file or folder.",
        discussion: "Those, too, with whom a folder above it is shared.")

    @Argument(help: "What is shared.", transform: PathArgument.init)
    var path: PathArgument
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let path = try path.remote
        let list = try await AccessList(.shares(path: path), profile)
        try list.print(output, below: path)
        if list.all.isEmpty { Report.line("pannier: \(path) is shared with nobody.") }
    }
}

private struct AccessList {
    let all: [Access]

    init(_ command: EngineCommand, _ profile: ProfileOptions) async throws {
        guard case .access(let all) = try await profile.attach().send(command) else { throw Problem.otherVersion }
        self.all = all
    }

    /// - Parameter path: what was asked about: access through a folder above it says so.
    func print(_ output: JSONOptions, below path: RemotePath? = nil) throws {
        if output.json { return try JSON.print(all.map(JSON.Access.init)) }
        for access in all {
            let grant = access.grant
            let through = path.map { $0 == access.path ? "" : "  through \(access.path)" } ?? ""
            try Output.line("\(grant.email)  \(grant.role.rawValue)  since \(Format.minute(grant.grantedAt))\(through)")
        }
    }
}
