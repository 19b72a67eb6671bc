import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

struct LogIn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign this device in.",
        discussion: "After a revoked token, signing in again goes on where it was: mirror and transfers are kept.")

    @Argument(help: ArgumentHelp("The server's address: https, or http on this machine.", valueName: "url"))
    var server: String
    @Option(help: "Your e-mail address; asked for if missing.")
    var email: String?
    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false
    @Option(help: "What this device is called; its host name if missing.")
    var device: String?
    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        let address = try email ?? Prompt.line("E-mail: ")
        let password = try passwordStdin ? Prompt.password() : Prompt.secret("Password: ")
        let request = EngineCommand.SignInRequest(
            server: server, email: address, password: password, device: device ?? Self.hostName)
        let status = try await profile.attach().status(.signIn(request))
        Report.output("Signed in as \(status.account?.email ?? address) at \(status.server ?? server).")
    }

    private static var hostName: String {
        let name = ProcessInfo.processInfo.hostName
        return name.isEmpty ? "unnamed" : name
    }
}

struct LogOut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Sign this device out and forget its mirror.",
        discussion: "Files on this disk and on the server stay. Transfers that are not finished are cancelled.")

    @OptionGroup var profile: ProfileOptions

    func run() async throws {
        _ = try await profile.attach().send(.signOut)
        Report.output("Signed out.")
    }
}

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say who is signed in, and how things stand.")

    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let link = try profile.attach()
        // What is not known yet is looked for first; that it fails is part of the status.
        _ = try? await link.send(.refresh)
        let status = try await link.status(.status)
        if output.json { return try JSON.print(JSON.Status(status, profile: try profile.chosen.name)) }
        for line in try Self.lines(status, profile: profile.chosen) { Report.output(line) }
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
            lines.append("files       \(Format.count(status.fileCount)), verified \(Format.clock(verified))")
        }
        lines.append("agent       process \(status.agentProcess), version \(status.version)")
        return lines
    }

    private static func connection(_ status: EngineStatus) -> String {
        let latency = status.latencyMilliseconds.map { ", \($0) ms" } ?? ""
        let reason = status.problem.map { ": \($0)" } ?? ""
        return switch status.connection {
        case .signedOut: "signed out\(reason)"
        case .connecting: "connecting"
        case .live: "live: changes are pushed\(latency)"
        case .polled: "polled: asked every minute\(latency)"
        case .offline: "offline\(reason)"
        }
    }
}
