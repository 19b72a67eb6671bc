import PannierCore
import Testing

/// What commands say without a server: exit codes and words.
@Suite(.serialized) struct CommandTests {
    @Test(.timeLimit(.minutes(2))) func wrongCommandLinesEndWithTwo() async throws {
        let device = try AgentDevice()
        for arguments in [
            ["ls", "--bogus"], ["nonsense"], ["mv", "/a"], ["mkdir"], ["cancel"], ["cancel", "--all", "abc"],
            ["--profile", "a/b", "ls"], ["agent", "--stop", "--rebuild"], ["share", "/a", "x@y", "--role", "king"],
            ["explain", "nonsense"], ["login", "http://127.0.0.1:1"],
        ] {
            let ran = try await device.run(arguments)
            #expect(ran.exitCode == 2, "\(ran)")
            #expect(!ran.errors.isEmpty && ran.output.isEmpty, "\(ran)")
        }
    }

    @Test(.timeLimit(.minutes(2))) func withoutASignInEndsWithFour() async throws {
        let device = try AgentDevice()
        for arguments in [
            ["ls"], ["mkdir", "/a"], ["mv", "/a", "/b"], ["rm", "/a"], ["put", "/etc/hostname"], ["get", "/a", "/tmp"],
            ["share", "/a", "x@y"], ["shares", "/a"], ["unshare", "/a", "x@y"], ["logout"],
        ] {
            let ran = try await device.run(arguments)
            #expect(ran.exitCode == 4, "\(ran)")
            #expect(ran.errors.contains("not_signed_in"), "\(ran)")
        }
        try await device.end()
    }

    @Test(.timeLimit(.minutes(2))) func badNamesAndPathsAreSaidSafely() async throws {
        let device = try AgentDevice()
        let long = try await device.run("mkdir", "/" + String(repeating: "x", count: 256))
        #expect(long.exitCode == 8 && long.errors.contains("name_not_allowed"), "\(long)")
        let hostile = try await device.run("mkdir", "/a\u{1B}[31m\u{202E}b")
        #expect(hostile.exitCode == 8, "\(hostile)")
        #expect(!hostile.errors.contains("\u{1B}") && hostile.errors.contains("\\x1B"), "\(hostile)")
    }

    @Test(.timeLimit(.minutes(2))) func everyCodeIsExplained() async throws {
        let device = try AgentDevice()
        let list = try await device.run("explain")
        #expect(list.output.split(separator: "\n").count == Problem.Code.allCases.count)
        for code in [Problem.Code.nameTwin, .mirrorDamaged] {
            let ran = try await device.run("explain", code.rawValue)
            #expect(ran.exitCode == 0 && ran.output.contains(code.explanation.advice), "\(ran)")
        }
    }

    @Test(.timeLimit(.minutes(2))) func profilesAreApart() async throws {
        let device = try AgentDevice()
        let first = try await device.run("status", "--json")
        let second = try await device.run("--profile", "work", "status", "--json")
        let third = try await device.run("status", "--json", "--profile", "work")
        #expect(first.output != second.output)
        #expect(second.output == third.output)
        try await device.end()
        #expect(try await device.run("--profile", "work", "agent", "--stop").exitCode == 0)
    }

    /// Transfers that never were, and the empty list.
    @Test(.timeLimit(.minutes(2))) func noTransfers() async throws {
        let device = try AgentDevice()
        #expect(try await device.run("transfers", "--json").output == "[]\n")
        let cancel = try await device.run("cancel", "abcd")
        #expect(cancel.exitCode == 6, "\(cancel)")
        try await device.end()
    }
}
