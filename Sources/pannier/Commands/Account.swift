import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

struct LogIn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign this device in.",
        discussion: "After a revoked token, signing in again goes on where it was: mirror and transfers are kept.")

    @Argument(
        help: ArgumentHelp("The server's address: https, or http on this machine.", valueName: "url"),
        transform: TextArgument.parse)
    var server: String
    @Option(
        help: ArgumentHelp("Your e-mail address; asked for if missing.", valueName: "address"),
        transform: TextArgument.parse)
    var email: String?
    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false
    @Option(
        help: ArgumentHelp("What this device is called; its host name if missing.", valueName: "name"),
        transform: TextArgument.parse)
    var device: String?
    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        let address = try email ?? Prompt.line("E-mail: ")
        let password = try passwordStdin ? Prompt.password() : Prompt.secret("Password: ")
        let request = EngineCommand.SignInRequest(
            server: server, email: address, password: password, device: device ?? Self.hostName)
        let status = try await profile.attach(isNew: true).status(.signIn(request))
        try Output.line("Signed in as \(status.account?.email ?? address) at \(status.server ?? server).")
    }

    static var hostName: String {
        let name = ProcessInfo.processInfo.hostName
        return name.isEmpty ? "unnamed" : name
    }
}

struct LogOut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Sign this device out and forget its mirror.",
        discussion: """
            Files on this disk and on the server stay. Transfers that are not over are cancelled, and a synced folder is no \
            longer kept the same.
            """)

    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        let link = try profile.attach()
        let folder = try await link.syncState()?.folder
        guard case .signedOut(let cancelled, let untold, let notLetGo) = try await link.send(.signOut) else {
            throw Problem.otherVersion
        }
        let count = cancelled.isEmpty ? "" : " \(TransferCount.text(cancelled.count)) cancelled."
        try Output.line("Signed out.\(count)")
        if let folder, notLetGo == nil { try Output.line(SafeText(SyncLines.letGo(folder))) }
        if let untold, notLetGo != nil { Report.problem(untold) }
        if let problem = notLetGo ?? untold { throw problem }
    }
}

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say who is signed in, and how things stand.",
        discussion: "The server is asked first; without it, what is known is told.")

    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let status = try await status()
        let synced = try await synced()
        if output.json {
            return try JSON.print(JSON.Status(status, synced?.state, profile: try profile.chosen.name))
        }
        var lines = try Self.lines(status, profile: profile.chosen)
        if let synced {
            lines += SyncLines.text(synced.state, problems: synced.problems)
        } else if status.account != nil {
            lines.append("synced      no folder; `pannier sync FOLDER` makes one of this disk and My Files one")
        }
        for line in lines { try Output.line(SafeText(line)) }
    }

    /// Nil: there is no synced folder.
    private func synced() async throws -> (state: SyncState, problems: SyncProblemPage)? {
        guard try profile.isUsed else { return nil }
        let link = try profile.attach()
        guard let state = try await link.syncState() else { return nil }
        return (state, try await link.syncProblems(limit: SyncLines.problemsShown, leftOut: false))
    }

    private func status() async throws -> EngineStatus {
        guard try profile.isUsed else { return .unused }
        let link = try profile.attach()
        // First the agent alone: that it does not answer says nothing about the server.
        _ = try await link.send(.status)
        if let status = try await Patience.run({ try await link.status(.freshStatus) }) { return status }
        Report.line("pannier: The server does not answer. What follows is what was known.")
        return try await link.status(.status)
    }

    static func lines(_ status: EngineStatus, profile: Profile) -> [String] {
        var lines = ["profile     \(profile.name)"]
        if let account = status.account {
            lines.append("account     \(account.email)")
            lines.append("server      \(status.server ?? "–")")
            let quota = account.quotaBytes.map { " of \(Format.bytes($0))" } ?? ""
            lines.append("used        \(Format.bytes(account.usedBytes))\(quota)")
        }
        lines.append("connection  \(connection(status))")
        if let verified = status.verifiedAt {
            lines.append("files       \(Format.count(status.fileCount)), list checked \(Format.clock(verified))")
        }
        if status.conflictCount > 0 {
            let files = status.conflictCount == 1 ? "1 file" : "\(Format.count(Int64(status.conflictCount))) files"
            lines.append("conflicts   \(files): pannier versions lists \(status.conflictCount == 1 ? "it" : "them")")
        }
        let process = status.agentProcess == 0 ? "does not run" : "process \(status.agentProcess)"
        lines.append("agent       \(process), version \(status.version)")
        return lines
    }

    private static func connection(_ status: EngineStatus) -> String {
        let latency = status.latencyMilliseconds.map { ", \($0) ms" } ?? ""
        let reason = status.problem.map { ": \($0)" } ?? ""
        return switch status.connection {
        case .signedOut, .offline: status.connectionWords + reason
        case .connecting, .live, .polled: status.connectionWords + latency
        }
    }
}

extension EngineStatus {
    /// Of a profile that nobody has used yet: no agent is started to say so.
    fileprivate static let unused = EngineStatus(
        server: nil, account: nil, device: nil, connection: .signedOut, problem: nil, verifiedAt: nil,
        latencyMilliseconds: nil, fileCount: 0, agentProcess: 0, version: PannierVersion.text)
}
