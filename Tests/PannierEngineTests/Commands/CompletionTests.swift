import ArgumentParser
import ChildPrograms
import Foundation
import Testing

@testable import pannier

/// The scripts that shells read, and the words that they hand to and fro.
@Suite struct CompletionTests {
    private func script(_ shell: String) async throws -> String {
        let ran = try await AgentDevice().run("--generate-completion-script", shell)
        #expect(ran.exitCode == 0 && ran.errors == "", "\(ran)")
        return ran.output
    }

    private let commands = [
        "ls", "put", "cp", "trash", "restore", "reorder", "limit", "share", "explain", "agent", "sync", "wait",
    ]

    @Test func bashReadsItsScript() async throws {
        let device = try AgentDevice()
        let script = try await script("bash")
        let file = device.scratch.folder + "/script"
        try Data(script.utf8).write(to: URL(filePath: file))
        let read = try await device.run(["-n", file], program: "/bin/bash")
        #expect(read.exitCode == 0 && read.errors == "", "\(read)")
        for command in commands { #expect(script.contains("_pannier_\(command)() {"), "\(command)") }
        // The last word on who completes: ours. What it replaces, and what it calls, must be there.
        #expect(script.contains("complete -F _pannier_whole_words pannier\n"))
        #expect(script.components(separatedBy: "\ncomplete ").count == 3)
        #expect(script.components(separatedBy: "\n__pannier_add_completions() {\n").count == 3)
        #expect(script.contains("\n_pannier() {\n"))
    }

    /// `--generate-completion-script=bash` and, by SHELL, without a name.
    @Test func otherWaysToAsk() async throws {
        let script = try await script("bash")
        let device = try AgentDevice()
        #expect(try await device.run("--generate-completion-script=bash").output == script)
        let told = try await device.run(in: "SHELL=/bin/bash \"$0\" --generate-completion-script", [])
        #expect(told.output == script, "\(told)")
        let unknown = try await device.run("--generate-completion-script", "csh")
        #expect(unknown.exitCode == 2 && unknown.output == "", "\(unknown)")
    }

    @Test func zshTakesItsScript() async throws {
        let script = try await script("zsh")
        #expect(script.hasPrefix("#compdef pannier\n") && !script.contains("_pannier_whole_words"))
        for command in commands { #expect(script.contains("_pannier_\(command)() {"), "\(command)") }
        // Names of lists come from names of arguments: they must be names for zsh, too.
        let lists = script.split(separator: "\n").filter { $0.contains("local -ar ") && $0.contains("=(") }
        #expect(lists.count > 4)
        for list in lists {
            #expect(list.firstMatch(of: /^ +local -ar [A-Za-z_][A-Za-z0-9_]*=\(/) != nil, "\(list)")
        }
    }

    @Test func fishTakesItsScript() async throws {
        let script = try await script("fish")
        #expect(script.contains("complete -c 'pannier' -f\n") && !script.contains("_pannier_whole_words"))
        for command in commands { #expect(script.contains("-fa '\(command)' -d "), "\(command)") }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func theServersScript(shell: String) async throws {
        let device = try AgentDevice()
        let program = AgentDevice.program + "-server"
        let ran = try await device.run(["--generate-completion-script", shell], program: program)
        #expect(ran.exitCode == 0 && ran.output.contains("pannier-server"), "\(ran)")
        for command in ["serve", "user", "doctor"] { #expect(ran.output.contains(command), "\(command)") }
        #expect(!ran.output.contains("_pannier_whole_words"))
        guard shell == "bash" else { return }
        let file = device.scratch.folder + "/script"
        try Data(ran.output.utf8).write(to: URL(filePath: file))
        let read = try await device.run(["-n", file], program: "/bin/bash")
        #expect(read.exitCode == 0 && read.errors == "", "\(read)")
    }

    /// Paths are completed by those who know them.
    @Test func everyPathOnTheServerIsAskedFor() async throws {
        let script = try await script("zsh")
        for command in ["ls", "get", "mkdir", "mv", "cp", "rm", "restore", "share", "unshare", "shares"] {
            #expect(script.contains("custom_complete ---completion \(command) -- positional@0 "), "\(command)")
        }
        for command in ["pause", "resume", "reorder", "retry", "cancel"] {
            #expect(script.contains("custom_complete ---completion \(command) -- positional@0 "), "\(command)")
        }
        for command in ["wait", "why", "keep"] {
            #expect(script.contains("custom_complete ---completion \(command) -- positional@0 "), "\(command)")
        }
        #expect(script.contains("---completion unshare -- positional@1 "))
        #expect(script.contains("---completion put -- --to "))
    }
}

@Suite struct ShellWordTests {
    @Test(
        arguments: [
            ("/a", "/a"), ("/a\\ b", "/a b"), ("\"/a b", "/a b"), ("'/a b'/c", "/a b/c"), ("'it'\\''s", "it's"),
            ("\"\\$x \\y \\\\", "$x \\y \\"), ("a\\", "a"), ("'\\", "\\"), ("\\\\", "\\"), ("\"it's", "it's"), ("", ""),
        ]) func quotesAreTakenOut(typed: String, text: String)
    {
        #expect(ShellWord.unquoted(typed) == text)
    }

    @Test func bashGetsNothingToExpand() {
        #expect(ShellWord.offered("it's $(x) `y` \\", to: .bash) == "'it'\\''s $(x) `y` \\'")
        #expect(ShellWord.offered("shared:/a\\b", to: .zsh) == "shared\\:/a\\\\b")
        #expect(ShellWord.offered("shared:/$(a) \\b", to: .fish) == "shared:/$(a) \\b")
    }

    @Test(arguments: ["a\u{1B}[31m", "a\nb", "a\tb", "\u{202E}a", "a\u{200B}", ""]) func whatMovesACursorIsNotOffered(
        word: String
    ) {
        #expect(!ShellWord.isSafe(word))
    }

    @Test(arguments: ["/a b", "/back\\slash", "/漢字 👩‍👩‍👧‍👦", "/é $(x)"]) func otherNamesAre(word: String) {
        #expect(ShellWord.isSafe(word))
    }

    @Test(
        arguments: [
            ("/film/a", "/film/", "a", false), ("film/", "film/", "", false), ("sh", "", "sh", true),
            // A name alone could be taken for an option.
            ("", "/", "", true),
        ]) func aPathIsTakenApartAtItsLastSlash(typed: String, folder: String, name: String, isAtStart: Bool)
    {
        let path = TypedPath(typed)
        #expect(path.folder == folder && path.name == name && path.isAtStart == isAtStart)
    }
}
