import Foundation
import Testing

extension EndToEnd {
    /// What a shell completes with a real agent. Names come from other people, and some of them mean harm.
    @Suite struct Completion {
        /// What was typed; the part of it that bash begins to complete; what stands there then, once bash has read it.
        private struct Case {
            let typed: String
            let part: String
            let means: [String]

            init(_ typed: String, _ part: String, _ means: String...) {
                self.typed = typed
                self.part = part
                self.means = means
            }
        }

        private static let hostile = "it's \"x\" $(touch pwned) `touch pwned` ; & é"
        private static let folders = [
            "/film", "/a b", "/a b/\(hostile)", "/a:b", "/a:b/c d", "/a:b/ce", "/$HOME", "/${x:=y}", "/-rf", "/~root",
            "/back\\slash", "/wow!x", "/tab*[x]", "/漢字", "/漢字/\u{202E}turned", "/.config",
        ]

        private static let cases = [
            Case("ls /fi", "/fi", "/film/"),
            Case("ls fi", "fi", "film/"),
            Case("ls /a\\ b/i", "/a\\ b/i", "/a b/\(hostile)/"),
            Case("ls \"/a b/i", "/a b/i", "/a b/\(hostile)/"),
            Case("ls '/a b/i", "/a b/i", "/a b/\(hostile)/"),
            Case("ls /a:b/c", "b/c", "/a:b/c d/", "/a:b/ce/"),
            Case("ls /a\\:b/c\\ ", "/a\\:b/c\\ ", "/a:b/c d/"),
            Case("ls \"/a:b/c ", "/a:b/c ", "/a:b/c d/"),
            Case("cp /film \"/\\$", "/\\$", "/$HOME/", "/${x:=y}/"),
            Case("mv /\\$", "/\\$", "/$HOME/", "/${x:=y}/"),
            Case("rm /-", "/-", "/-rf/"),
            Case("rm /b", "/b", "/back\\slash/"),
            Case("rm /~", "/~", "/~root/"),
            Case("rm /w", "/w", "/wow!x/"),
            Case("rm '/w", "/w", "/wow!x/"),
            // There a name of this kind would become an old command.
            Case("rm \"/w", "/w"),
            Case("get /tab", "/tab", "/tab*[x]/"),
            // What is not safe to show is not offered: a shell would show it.
            Case("ls /漢", "/漢", "/漢字/"),
            Case("ls /漢字/", "/漢字/"),
            Case("ls /.", "/.", "/.config/"),
            Case("put x --to=/fi", "/fi", "--to=/film/"),
            Case("ls sh", "sh", "shared:/"),
            Case("ls shared:/T", "/T", "shared:/Tax: 2025/", "shared:/Tax: 2025/x y/"),
            Case("get 'shared:/Tax: 2025/x", "shared:/Tax: 2025/x", "shared:/Tax: 2025/x y/"),
            Case("--profile oth", "oth", "other"),
            Case("restore /g", "/g", "/gone $(touch pwned)"),
            Case("unshare /film ", "", "mia@example.org"),
            Case("limit d", "d", "down"),
            Case("explain token_i", "token_i", "token_invalid"),
            Case("put loc", "loc", "local file"),
        ]

        private func prepare(_ house: House) async throws -> Device {
            let device = try await house.device("one")
            let mia = try await house.device("mia", of: "mia@example.org")
            for folder in Self.folders { try await device.must("mkdir", folder) }
            try await device.must("share", "/film", "mia@example.org")
            try await device.must("mkdir", "/gone $(touch pwned)")
            try await device.must("rm", "/gone $(touch pwned)")
            for folder in ["/Tax: 2025", "/Tax: 2025/x y"] { try await mia.must("mkdir", folder) }
            try await mia.must("share", "/Tax: 2025", "alice@example.org")
            _ = try await device.must("ls", "shared:/")
            try FileManager.default.createDirectory(
                at: device.home.appending(path: "state/pannier/other"), withIntermediateDirectories: true)
            try Data().write(to: device.home.appending(path: "out/local file"))
            return device
        }

        /// Calls the function that bash calls, puts each answer where bash does, and reads the line as bash reads it.
        private static let driver = #"""
            set -u
            . ./script
            while IFS= read -r line && IFS= read -r part; do
                COMP_LINE="pannier ${line}" COMP_POINT=$((8 + ${#line})) COMPREPLY=()
                read -ra COMP_WORDS <<< "${COMP_LINE}"
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                function=$(complete -p pannier)
                function=${function##*-F } function=${function% pannier}
                "${function}" pannier "${part}" "${COMP_WORDS[COMP_CWORD - 1]}"
                for reply in "${COMPREPLY[@]}"; do
                    # A file of this machine is quoted by bash itself.
                    if [[ "${line}" = put\ loc ]]; then printf -v reply %q "${reply}"; fi
                    text="${line:0:${#line} - ${#part}}${reply}"
                    closed=''
                    for quote in '' '"' "'"; do
                        if bash --norc -nc "set -- ${text}${quote}" 2> errors; then closed="${text}${quote}"; break; fi
                    done
                    eval "set -- ${closed}"
                    printf '%s\n' "${!#}"
                done
                printf '=\n'
            done < lines
            trap -p RETURN
            """#

        @Test(.timeLimit(.minutes(3))) func bash() async throws {
            try await inHouse { house in
                let device = try await prepare(house)
                let folder = device.home.appending(path: "out")
                let script = try await device.must("--generate-completion-script", "bash").output
                try Data(script.utf8).write(to: folder.appending(path: "script"))
                let lines = Self.cases.map { "\($0.typed)\n\($0.part)\n" }.joined()
                try Data(lines.utf8).write(to: folder.appending(path: "lines"))
                var environment = device.environment
                environment["PATH"] =
                    Products.directory.path(percentEncoded: false) + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
                for attempt in 1...3 {
                    let ran = try await Program(
                        URL(filePath: "/bin/bash"), ["--norc", "-c", Self.driver], environment: environment,
                        directory: folder
                    ).finish(within: 120)
                    #expect(ran.exitCode == 0 && ran.errors == "", "\(ran.story)")
                    let answers = ran.output.components(separatedBy: "=\n")
                    try #require(answers.count == Self.cases.count + 1 && answers.last == "", "\(ran.story)")
                    let wrong = zip(Self.cases, answers).filter { asked, answer in
                        answer.split(separator: "\n").map(String.init) != asked.means
                    }
                    // A busy machine may leave questions without an answer: nothing, never something else.
                    if wrong.isEmpty { break }
                    if attempt < 3, wrong.allSatisfy({ $0.1.isEmpty }) { continue }
                    for (asked, answer) in wrong { Issue.record("\(asked.typed): \(answer)") }
                    break
                }
                #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "pwned").path()))
            }
        }

        /// Nobody waits for an agent that is not there, and none is started.
        @Test func withoutAnAgent() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try await device.must("mkdir", "/film")
                let question = ["---completion", "ls", "--", "positional@0", "2", "1", "pannier", "ls", "/"]
                #expect(try await device.start(question).finish(within: 20).output == "/film/\n")
                try await device.end()
                #expect(try await device.start(question).finish(within: 20).output == "\n")
                #expect(device.agentPID() == nil)
            }
        }
    }
}
