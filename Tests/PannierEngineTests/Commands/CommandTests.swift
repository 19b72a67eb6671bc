import Foundation
import PannierCore
import PannierEngine
import Testing

/// What commands say without a server: exit codes and words.
@Suite(.serialized) struct CommandTests {
    @Test(.timeLimit(.minutes(5))) func wrongCommandLinesEndWithTwo() async throws {
        let device = try AgentDevice()
        for arguments in [
            ["ls", "--bogus"], ["nonsense"], ["mv", "/a"], ["mkdir"], ["cp", "/a"], ["restore"],
            ["ls", "--sort", "luck"], ["cancel"], ["cancel", "--all", "abc"],
            ["--profile", "a/b", "ls"], ["agent", "--stop", "--rebuild"], ["share", "/a", "x@y", "--role", "king"],
            ["share", "/a", "x@y", "--role", "editor"], ["explain", "nonsense"], ["login", "http://127.0.0.1:1"],
            ["--profile", "", "ls"], ["cancel", ""],
            // A variable of a script that holds nothing does not mean everything.
            ["ls", ""], ["put", ""], ["put", "a", "--to", ""], ["get", ""], ["get", "/a", ""], ["mkdir", ""],
            ["rm", ""],
            ["limit", "fast"], ["limit", "up", "5M", "6M"], ["limit", "-1"], ["limit", ""],
            ["reorder", "ab"], ["reorder", "ab", "aside"], ["reorder", "", "first"],
            ["mv", "/a", ""], ["cp", "/a", ""], ["restore", ""], ["share", "", "x@y"], ["unshare", "", "x@y"],
            ["shares", ""],
        ] {
            let ran = try await device.run(arguments)
            #expect(ran.exitCode == 2, "\(ran)")
            #expect(!ran.errors.isEmpty && ran.output.isEmpty, "\(ran)")
        }
    }

    @Test(.timeLimit(.minutes(5))) func withoutASignInEndsWithFour() async throws {
        let device = try AgentDevice()
        for arguments in [
            ["ls"], ["mkdir", "/a"], ["mv", "/a", "/b"], ["rm", "/a"], ["cp", "/a", "/b"], ["trash"],
            ["restore", "/a"], ["put", "/etc/hostname"], ["get", "/a", "/tmp"],
            ["share", "/a", "x@y"], ["shares", "/a"], ["unshare", "/a", "x@y"], ["logout"], [], ["screen"],
            ["limit", "5M"], ["reorder", "ab", "first"],
        ] {
            let ran = try await device.run(arguments)
            #expect(ran.exitCode == 4, "\(ran)")
            #expect(ran.errors.contains("not_signed_in"), "\(ran)")
        }
        // A profile that was only mistyped leaves no trace.
        #expect(!FileManager.default.fileExists(atPath: device.scratch.paths.state))
        #expect(await device.starter.connectIfRunning() == nil)
    }

    @Test(.timeLimit(.minutes(5))) func aProfileThatNeverWasIsOnlyLookedAt() async throws {
        let device = try AgentDevice()
        for arguments in [["status"], ["status", "--json"], ["doctor"], ["agent", "--stop"]] {
            let ran = try await device.run(arguments)
            #expect(ran.exitCode == 0, "\(ran)")
            #expect(!FileManager.default.fileExists(atPath: device.scratch.paths.state), "\(ran)")
        }
        #expect(try await !device.run("status", "--json").output.contains("agentProcess"))
    }

    @Test(.timeLimit(.minutes(5))) func aWordThatIsNoCommand() async throws {
        let device = try AgentDevice()
        let near = try await device.run("--profile", "x", "statsu")
        #expect(near.exitCode == 2 && near.errors.contains("`pannier status`"), "\(near)")
        let far = try await device.run("nonsense")
        #expect(far.exitCode == 2 && far.errors.contains("pannier help"), "\(far)")
        #expect(!far.errors.contains("screen") && !far.errors.contains("Did you mean"), "\(far)")
    }

    /// What cannot be printed was not done.
    @Test(.timeLimit(.minutes(5)), arguments: [["explain"], ["--help"], ["status", "--json"]])
    func outputThatCannotBeWritten(_ arguments: [String]) async throws {
        let device = try AgentDevice()
        let full = try await device.run(arguments, output: "/dev/full")
        #expect(full.exitCode == 1 && full.errors.contains("standard output"), "\(full)")
        let closed = try await device.run(in: "\"$0\" \"$@\" >&-", arguments)
        #expect(closed.exitCode == 1 && closed.errors.contains("standard output"), "\(closed)")
        // As the shell tells of a program that nobody reads any more.
        let unread = try await device.run(in: "(\"$0\" \"$@\"; echo $? >&2) | true", arguments)
        #expect(["0\n", "141\n"].contains(unread.errors), "\(unread)")
    }

    @Test(.timeLimit(.minutes(5))) func badNamesAndPathsAreSaidSafely() async throws {
        let device = try AgentDevice()
        let long = try await device.run("mkdir", "/" + String(repeating: "x", count: 256))
        #expect(long.exitCode == 8 && long.errors.contains("name_not_allowed"), "\(long)")
        let hostile = try await device.run("mkdir", "/a\u{1B}[31m\u{202E}b")
        #expect(hostile.exitCode == 8, "\(hostile)")
        let broken = try await device.run(in: "\"$0\" mkdir \"$(printf '/a\\377b')\"", [])
        #expect(broken.exitCode == 8 && broken.errors.contains("UTF-8"), "\(broken)")
        let address = try await device.run(in: "\"$0\" share /a \"$(printf 'a\\377@b.c')\"", [])
        #expect(address.exitCode == 2 && address.errors.contains("UTF-8"), "\(address)")
        #expect(!hostile.errors.contains("\u{1B}") && hostile.errors.contains("\\x1B"), "\(hostile)")
    }

    @Test(.timeLimit(.minutes(5))) func everyCodeIsExplained() async throws {
        let device = try AgentDevice()
        let list = try await device.run("explain")
        #expect(list.output.split(separator: "\n").count == Problem.Code.allCases.count)
        for code in [Problem.Code.nameTwin, .mirrorDamaged] {
            let ran = try await device.run("explain", code.rawValue)
            #expect(ran.exitCode == 0 && ran.output.contains(code.explanation.advice), "\(ran)")
        }
    }

    @Test(.timeLimit(.minutes(5))) func profilesAreApart() async throws {
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
    @Test(.timeLimit(.minutes(5))) func noTransfers() async throws {
        let device = try AgentDevice()
        #expect(try await device.run("agent").exitCode == 0)
        #expect(try await device.run("transfers", "--json").output == "[]\n")
        let cancel = try await device.run("cancel", "abcd")
        #expect(cancel.exitCode == 6, "\(cancel)")
        let pause = try await device.run("pause")
        #expect(pause.exitCode == 0 && pause.errors == "Nothing to pause.\n", "\(pause)")
        try await device.end()
    }
}
