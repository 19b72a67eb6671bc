import Foundation
import Testing

@testable import PannierScreen

/// Programs that the screen runs.
@Suite struct DirectColourTests {
    /// tic is run to its end, however many programs begin and end at the same moment.
    @Test(.timeLimit(.minutes(1))) func entriesAreMadeSideBySide() async throws {
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
