import Foundation
import Testing

extension EndToEnd {
    /// `pannier demo`, as somebody runs it who has nothing yet; here without a terminal.
    @Suite("The demonstration", .timeLimit(.minutes(5)))
    struct Demonstration {
        /// A folder that the demonstration takes for the one of temporary files.
        private struct Place {
            let folder: URL
            let temporary: URL

            init() throws {
                // Short: sockets lie in there.
                folder = URL(filePath: "/tmp/pd-\(UUID().uuidString.prefix(8))")
                temporary = folder.appending(path: "tmp")
                try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
            }

            var environment: [String: String] {
                [
                    "HOME": folder.path(percentEncoded: false), "TMPDIR": temporary.path(percentEncoded: false),
                    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm-256color",
                ]
            }

            func start(_ program: URL = Products.client) throws -> Program {
                try Program(program, ["demo", "--no-screen"], environment: environment, directory: folder)
            }

            /// Nothing is left: no file, and no process that was started with this folder.
            func expectEmpty(sourceLocation: SourceLocation = #_sourceLocation) throws {
                let left = try FileManager.default.contentsOfDirectory(atPath: temporary.path(percentEncoded: false))
                #expect(left.isEmpty, sourceLocation: sourceLocation)
                let processes = try processes()
                #expect(processes.isEmpty, "\(processes)", sourceLocation: sourceLocation)
            }

            /// Living processes that were started with this folder.
            func processes() throws -> [(id: Int32, arguments: String)] {
                let mark = temporary.path(percentEncoded: false)
                return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init).compactMap {
                    guard let environment = FileManager.default.contents(atPath: "/proc/\($0)/environ"),
                        String(decoding: environment, as: UTF8.self).contains(mark),
                        let arguments = FileManager.default.contents(atPath: "/proc/\($0)/cmdline")
                    else { return nil }
                    return ($0, String(decoding: arguments, as: UTF8.self))
                }
            }

            func remove() { try? FileManager.default.removeItem(at: folder) }
        }

        @Test("All its steps, and nothing is left")
        func report() async throws {
            let place = try Place()
            defer { place.remove() }
            let finished = try await place.start().finish(within: 240)
            #expect(finished.exitCode == 0, "\(finished.story)")
            let heads = finished.output.split(separator: "\n").map { $0.prefix { !$0.isWhitespace } }
            #expect(heads == ["server", "people", "sent", "shared", "edited", "ended"], "\(finished.story)")
            #expect(finished.output.contains("ended the server and 2 agents"), "\(finished.story)")
            try place.expectEmpty()
        }

        @Test("Ended by a signal in the middle, nothing is left either", arguments: [SIGTERM, SIGINT, SIGHUP])
        func interrupted(signal: Int32) async throws {
            let place = try Place()
            defer { place.remove() }
            let program = try place.start()
            _ = try await program.waitForOutput { $0.contains("people") }
            program.signal(signal)
            let finished = try await program.finish(within: 60)
            #expect(finished.exitCode == 128 + signal, "\(finished.story)")
            try place.expectEmpty()
        }

        @Test("Killed, its guard clears up; with the guard killed, too, the next one does", arguments: [false, true])
        func killed(withGuard: Bool) async throws {
            let place = try Place()
            defer { place.remove() }
            let program = try place.start()
            _ = try await program.waitForOutput { $0.contains("people") }
            if withGuard {
                let guardians = try place.processes().filter { $0.arguments.contains("--guard") }
                #expect(guardians.count == 1)
                for guardian in guardians { kill(guardian.id, SIGKILL) }
            }
            program.signal(SIGKILL)
            try await eventually(within: 10, "its end") {
                try place.processes().contains { $0.id == program.pid } ? nil : true
            }
            if withGuard {
                #expect(try !place.processes().isEmpty)
                let next = try await place.start().finish(within: 240)
                #expect(next.exitCode == 0, "\(next.story)")
            }
            try await eventually(within: 30, "the end of all") { try place.processes().isEmpty ? true : nil }
            try place.expectEmpty()
            _ = try await program.finish(within: 10)
        }

        @Test("Without a server beside it or in PATH it says so")
        func noServer() async throws {
            let place = try Place()
            defer { place.remove() }
            let alone = place.folder.appending(path: "pannier")
            // By another process: a file that this one writes is busy for whatever is started at the same moment.
            let copied = try await Program(
                URL(filePath: "/bin/cp"),
                [Products.client.path(percentEncoded: false), alone.path(percentEncoded: false)],
                environment: place.environment, directory: place.folder
            ).finish(within: 30)
            try #require(copied.exitCode == 0, "\(copied.story)")
            let finished = try await place.start(alone).finish(within: 30)
            #expect(finished.exitCode == 1)
            #expect(finished.errors.contains("pannier-server is neither beside"), "\(finished.story)")
            try place.expectEmpty()
        }
    }
}
