import Foundation
import Testing

@testable import PannierScreen

/// Programs that the screen runs.
@Suite struct DirectColourTests {
    /// tic is run to its end, however many programs begin and end at the same moment.
    @Test(.timeLimit(.minutes(5))) func entriesAreMadeSideBySide() async throws {
        let folder = "/tmp/pannier-colour-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let environment = [
                        "TERM": "xterm-256color", "COLORTERM": "truecolor", "XDG_CACHE_HOME": "\(folder)/\(number)",
                    ]
                    let colour = DirectColour(environment: environment)
                    return colour.map { access("\($0.folder)/x/\($0.name)", R_OK) == 0 } ?? false
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(made == (access("/usr/bin/tic", X_OK) == 0 ? 16 : 0))
    }

    /// The entry is found again, and a cache that cannot be written costs no colours where there is another folder.
    @Test func anotherFolderStandsIn() throws {
        let folder = try TemporaryFolder()
        func colour(_ variables: [String: String]) -> DirectColour? {
            DirectColour(
                environment: ["TERM": "xterm-256color", "COLORTERM": "24bit"].merging(variables) { $1 })
        }
        let nowhere = "/dev/null/cache"
        #expect(colour(["XDG_CACHE_HOME": nowhere]) == nil)
        #expect(colour(["XDG_CACHE_HOME": "relative", "XDG_RUNTIME_DIR": nowhere]) == nil)
        let runtime = try #require(colour(["XDG_CACHE_HOME": nowhere, "XDG_RUNTIME_DIR": folder.path]))
        #expect(runtime.folder == folder.path + "/pannier/terminfo")
        let home = try #require(colour(["HOME": folder.path, "XDG_RUNTIME_DIR": folder.path]))
        #expect(home.folder == folder.path + "/.cache/pannier/terminfo")
        // Nothing is left over beside the entries.
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.folder) == ["x"])
        #expect(colour(["TERM": "../xterm", "HOME": folder.path]) == nil)
    }

    /// ncurses reads the entry: whatever the terminal's own says about the mouse, ours is the newer way.
    @Test func theEntryIsWhatItShouldBe() throws {
        let folder = try TemporaryFolder()
        let environment = ["TERM": "tmux-256color", "COLORTERM": "truecolor", "XDG_CACHE_HOME": folder.path]
        let colour = try #require(DirectColour(environment: environment))
        let entry = try Data(contentsOf: URL(filePath: "\(colour.folder)/t/\(colour.name)"))
        for capability in ["\u{1B}[<", "\u{1B}[?1006;1000%?%p1%{1}%=%th%el%;", "\u{1B}[38;2;%p1%{65536}%/%d;"] {
            #expect(entry.firstRange(of: Data(capability.utf8)) != nil)
        }
    }

    @Test func howAProgramEndedIsTold() {
        #expect(QuietProgram.run("/bin/sh", ["-c", "exit 7"]) == 7)
        #expect(QuietProgram.run("/bin/sh", ["-c", "kill -9 $$"]) == nil)
        #expect(QuietProgram.run("/no/such/program", []) == nil)
        // Nothing to read, nobody to listen.
        #expect(QuietProgram.run("/bin/sh", ["-c", "cat; echo x; echo y >&2"]) == 0)
    }

    /// Foundation's Process hangs now and then where children are started side by side.
    @Test func nobodyUsesFoundationsProcess() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        for folder in ["Sources", "Tests"] {
            let files = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard file.pathExtension == "swift" else { continue }
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(!text.contains("= " + "Process()"), "\(file.path())")
            }
        }
    }
}
