import PannierCore
import Testing

@Suite struct ClientPathsTests {
    @Test func followsTheBaseDirectories() {
        let paths = ClientPaths(
            profile: .standard,
            environment: [
                "HOME": "/home/alice", "XDG_STATE_HOME": "/s/", "XDG_RUNTIME_DIR": "/run/user/7",
            ])
        #expect(paths.state == "/s/pannier/default")
        #expect(paths.socket.hasPrefix("/run/user/7/pannier/default-"))
        let relative = ClientPaths(
            profile: .standard, environment: ["HOME": "/home/alice", "XDG_STATE_HOME": "relative"])
        #expect(relative.state == "/home/alice/.local/state/pannier/default")
    }

    /// In a shared folder somebody else may have been there first.
    @Test func withoutARuntimeFolderTheSocketIsInTheStatesOwn() {
        let paths = ClientPaths(profile: .standard, environment: ["HOME": "/home/alice", "TMPDIR": "/tmp"])
        #expect(paths.socket.hasPrefix(paths.state + "/default-"))
    }

    @Test func socketsOfDifferentStatesDiffer() {
        let sockets = ["/a", "/b"].map {
            ClientPaths(profile: .standard, environment: ["XDG_STATE_HOME": $0, "XDG_RUNTIME_DIR": "/run/user/7"])
                .socket
        }
        #expect(sockets[0] != sockets[1])
    }

    @Test func socketPathAlwaysFits() {
        let deep = "/" + String(repeating: "d", count: 100)
        for environment in [
            ["XDG_RUNTIME_DIR": deep, "TMPDIR": deep], ["TMPDIR": deep], [:], ["XDG_RUNTIME_DIR": "/r"],
        ] {
            let profile = Profile(String(repeating: "p", count: 32))
            let paths = ClientPaths(profile: profile ?? .standard, environment: environment)
            #expect(paths.socket.utf8.count <= ClientPaths.socketPathBytes)
        }
    }

    @Test func profileNamesAreFileNames() {
        for bad in ["", ".", "..", ".hidden", "a/b", "a b", "ä", String(repeating: "x", count: 33)] {
            #expect(Profile(bad) == nil, "\(bad)")
        }
        #expect(Profile("work.2")?.name == "work.2")
    }
}

@Suite struct ExplanationTests {
    @Test(arguments: Problem.Code.allCases) func everyCodeIsExplained(_ code: Problem.Code) {
        #expect(code.explanation.meaning.hasSuffix("."))
        #expect(code.explanation.advice.hasSuffix("."))
    }

    /// A code in the wrong group would be explained by its group's last resort.
    @Test func noTwoCodesShareAnExplanation() {
        #expect(Set(Problem.Code.allCases.map(\.explanation)).count == Problem.Code.allCases.count)
    }
}
