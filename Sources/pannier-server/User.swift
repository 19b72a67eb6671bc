import ArgumentParser
import Logging
import PannierCore
import PannierServer

struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add, list and remove the people who may sign in.", subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a person.", discussion: "Asks for the password twice, without showing it.")

        @Argument(help: "The person's e-mail address.")
        var email: String

        @Option(help: "The name others see; the address's first part if not given.")
        var name: String?

        @Flag(name: .customLong("password-stdin"), help: "Read the password from the first line of standard input.")
        var readsPassword = false

        @OptionGroup var folder: DataOption

        func run() async throws {
            try await Outcome.report {
                let password = readsPassword ? try PasswordPrompt.line() : try PasswordPrompt.ask(for: email)
                let name = name ?? String(email.prefix { $0 != "@" })
                let request = AdminRequest.addUser(email: email, name: name, password: password)
                if case .added(let account) = try await User.ask(request, folder) {
                    Outcome.say("added \(account.email)")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the people who may sign in.")

        @Flag(help: "Print JSON.")
        var json = false

        @OptionGroup var folder: DataOption

        func run() async throws {
            try await Outcome.report {
                guard case .users(let users) = try await User.ask(.listUsers, folder) else { return }
                if json {
                    Outcome.say(String(decoding: try WireJSON.encode(users), as: UTF8.self))
                } else {
                    for user in users { Outcome.say(Self.line(user)) }
                }
            }
        }

        private static func line(_ user: UserSummary) -> String {
            let devices = "\(user.devices) \(user.devices == 1 ? "device" : "devices")"
            let columns = [
                SafeText(user.email).text, SafeText(user.name).text, Format.bytes(user.usedBytes), devices,
            ]
            return columns.joined(separator: "\t")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a person.", discussion: "Their devices are signed out at once.")

        @Argument(help: "The person's e-mail address.")
        var email: String

        @OptionGroup var folder: DataOption

        func run() async throws {
            try await Outcome.report {
                if case .removed = try await User.ask(.removeUser(email: email), folder) {
                    Outcome.say("removed \(email)")
                }
            }
        }
    }

    /// - Throws: the problem that was answered, too.
    fileprivate static func ask(_ request: AdminRequest, _ folder: DataOption) async throws -> AdminAnswer {
        let answer = try await Offline.performAnywhere(request, in: folder.data, logger: .server())
        if case .problem(let problem) = answer { throw problem }
        return answer
    }
}
