import Foundation
import Testing

extension EndToEnd {
    /// Whatever a program does to save a file: it is the same file with one more version, and nothing is left in the trash.
    @Suite struct SyncEditors {
        /// One way to save, as a shell script with the file in `$1` and what it is to hold in `$2`.
        struct Way: Sendable, CustomTestStringConvertible {
            let name: String
            let program: String
            let script: String
            var testDescription: String { name }
            var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }
        }

        static let ways = [
            Way(
                name: "vim", program: "/usr/bin/vim",
                script: #"vim -u NONE -i NONE -n -es -c "set nobackup writebackup" -c "%s/.*/$2/" -c wq "$1""#),
            Way(
                name: "vim, a backup each time", program: "/usr/bin/vim",
                script:
                    #"vim -u NONE -i NONE -es -c "set backup backupcopy=no" -c "%s/.*/$2/" -c wq "$1" && rm -f "$1~""#),
            Way(
                name: "emacs", program: "/usr/bin/emacs",
                script:
                    #"HOME=$3 emacs -Q --batch "$1" --eval "(progn (erase-buffer) (insert \"$2\n\") (save-buffer))" && rm -f "$1~""#
            ),
            Way(name: "mv over it", program: "/bin/mv", script: #"echo "$2" >"$3/new" && mv -f "$3/new" "$1""#),
            Way(name: "sed -i", program: "/bin/sed", script: #"sed -i "s/.*/$2/" "$1""#),
            Way(
                name: "written beside, synced, renamed", program: "/bin/sync",
                script: #"echo "$2" >"$1.tmp" && sync "$1.tmp" && mv "$1.tmp" "$1""#),
            Way(
                name: "the old one aside first", program: "/bin/mv",
                script: #"mv "$1" "$1.bak" && echo "$2" >"$1" && rm "$1.bak""#),
            // A lock beside it, a whole new file with another name, both exchanged by renames.
            Way(
                name: "LibreOffice", program: "/bin/mv",
                script: """
                    d=$(dirname "$1") && n=$(basename "$1") && echo lock >"$d/.~lock.$n#" && echo "$2" >"$d/lu12345.tmp" \
                    && cp -p "$1" "$d/lu12346.tmp" && mv "$d/lu12345.tmp" "$1" && rm "$d/lu12346.tmp" "$d/.~lock.$n#"
                    """),
            Way(name: "deleted and made anew", program: "/bin/rm", script: #"rm "$1" && echo "$2" >"$1""#),
            Way(name: "in place", program: "/bin/sh", script: #"echo "$2" >"$1""#),
        ]

        @Test func everyWayToSave() async throws {
            try await withSyncedPair { pair in
                let ways = Self.ways.filter(\.isThere)
                for way in Self.ways where !way.isThere {
                    print("skipped: \(way.program) is not there")
                    #expect(!Products.mustRunAll, "\(way.name) must be tried")
                }
                for number in ways.indices { try pair.one.write("before\n", to: "docs/\(number).txt") }
                try await pair.both()
                let before = try await pair.one.there("/docs")
                for (number, way) in ways.enumerated() {
                    for round in 1...2 {
                        let file = pair.one.path("docs/\(number).txt")
                        try await save(file, "round \(round) of \(number)", way, in: pair)
                        try await pair.settle()
                        #expect(try pair.two.text("docs/\(number).txt") == "round \(round) of \(number)\n")
                    }
                }
                let tree = try await pair.both()
                #expect(tree.paths.count == ways.count + 1, "\(tree.paths)")
                #expect(try await pair.one.there("/docs").map(\.id) == before.map(\.id), "each is the file that it was")
                for (number, way) in ways.enumerated() {
                    let versions = try await pair.one.versions("/docs/\(number).txt")
                    #expect(versions.count == 3 && versions.allSatisfy { $0.conflict == nil }, "\(way.name)")
                }
                #expect(try await pair.one.trash().map(\.name) == [])
            }
        }

        private func save(_ file: String, _ text: String, _ way: Way, in pair: SyncedPair) async throws {
            let aside = try pair.house.folder("aside").path(percentEncoded: false)
            let program = try Program(
                URL(filePath: "/bin/sh"), ["-c", way.script, way.name, file, text, aside],
                environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb", "HOME": aside],
                directory: pair.house.folder("output"))
            let finished = try await program.finish(within: 30)
            try #require(finished.exitCode == 0, "\(way.name): \(finished.story)")
        }
    }
}
