import ArgumentParser
import Foundation
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
                    try Outcome.say("added \(account.email)")
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
                    try Outcome.say(String(decoding: try WireJSON.encode(users), as: UTF8.self))
                } else {
                    for user in users { try Outcome.say(Self.line(user)) }
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
            abstract: "Remove a person.",
            discussion: """
                Says what that means and asks for the address once more. The person's devices are signed out at once, \
                what they share and what is shared with them ends, and their files can be reached by nobody any more; no \
                command brings them back.
                """)

        @Argument(help: "The person's e-mail address.")
        var email: String

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup var folder: DataOption

        func run() async throws {
            try await Outcome.report {
                if !yes { try await confirm() }
                if case .removed(let removed) = try await User.ask(.removeUser(email: email), folder) {
                    try Outcome.say(Self.words(removed))
                }
            }
        }

        private func confirm() async throws {
            guard isatty(STDIN_FILENO) == 1 else {
                throw NotConfirmed(
                    description: "There is no terminal to ask on. To remove \(email) unasked, say --yes.")
            }
            guard case .users(let users) = try await User.ask(.listUsers, folder) else { return }
            let address = email.lowercased()
            guard let user = users.first(where: { $0.email == address }) else {
                throw NotConfirmed(description: "There is no account with the address \(email).")
            }
            Outcome.write(
                """
                \(SafeText(user.email).text) (\(SafeText(user.name).text)) is signed in on \
                \(Self.count(user.devices, "device")) and has \(Format.bytes(user.usedBytes)) stored.
                The devices are signed out at once; what this person shares, and what is shared with them, ends.
                Their files can be reached by nobody any more, and no command brings them back.

                """)
            Outcome.write("Type the address again to remove this person: ")
            guard let typed = readLine()?.trimmingCharacters(in: .whitespaces), typed.lowercased() == address else {
                throw NotConfirmed(description: "That is not the address; nothing was changed.")
            }
        }

        private static func words(_ removed: RemovedUser) -> String {
            """
            removed \(SafeText(removed.email).text): \(count(removed.devices, "device")) signed out, \
            \(count(removed.sharesGiven, "share")) given and \(count(removed.sharesHeld, "share")) received ended, \
            \(Format.bytes(removed.usedBytes)) of files out of reach
            """
        }

        private static func count(_ number: Int, _ thing: String) -> String {
            "\(number) \(thing)\(number == 1 ? "" : "s")"
        }

        private struct NotConfirmed: Error, CustomStringConvertible {
            let description: String
        }
    }

    /// - Throws: the problem that was answered, too.
    fileprivate static func ask(_ request: AdminRequest, _ folder: DataOption) async throws -> AdminAnswer {
        let answer = try await Offline.performAnywhere(request, in: folder.data, logger: .server())
        if case .problem(let problem) = answer { throw problem }
        return answer
    }
}
