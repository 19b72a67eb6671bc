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

    @Argument(
        help: "What to share.", completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
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
        // The server does not tell which addresses have accounts.
        Report.line("pannier: shared. If there is no account with an address yet, access waits for one.")
        if path == .myFiles {
            Report.line("pannier: / is everything you have, now and later. `pannier unshare / EMAIL` takes it back.")
        }
    }
}

struct Unshare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a share back, or give up what somebody shares with you.",
        usage: """
            pannier unshare <path> <email>
            pannier unshare shared:/<name>
            """,
        discussion: """
            Their next request is refused; links that were given out die within five minutes. Without an address: you give \
            up what stands in your Shared With Me; its owner can share it again.
            """)

    @Argument(
        help: "What was shared.", completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var path: PathArgument
    @Argument(
        help: "With whom; nobody: with you.", completion: .custom(RemoteCompletion.people),
        transform: TextArgument.parse)
    var email: String?
    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        let path = try path.remote
        if let email {
            _ = try await profile.attach().send(.unshare(path: path, email: email))
        } else {
            guard path.space == .shared else { throw ValidationError("Say with whom \(path) is not to be shared.") }
            _ = try await profile.attach().send(.leave(path: path))
            Report.line("\(path) is not shared with you any more.")
        }
    }
}

struct Shares: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say who may see a file or folder.",
        discussion: "Those, too, with whom a folder above it is shared.")

    @Argument(
        help: "What is shared.", completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
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
