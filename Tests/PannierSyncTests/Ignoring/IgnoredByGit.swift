import Foundation
import PannierSync

/// What git says of the same patterns: the program itself is asked.
struct IgnoredByGit {
    static let executable = "/usr/bin/git"
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: executable) }

    private let folder: String

    init(_ folder: String) throws {
        self.folder = folder
        _ = try Self.run(["init", "--quiet"], in: folder, [])
    }

    func callAsFunction(_ paths: [TreePath]) throws -> Set<TreePath> {
        let input = Array(paths.map { $0 + [0] }.joined())
        let output = try Self.run(["check-ignore", "--no-index", "--stdin", "-z"], in: folder, input)
        return Set(output.split(separator: 0).map { Array($0) })
    }

    private struct Failed: Error { let status: Int32 }

    private static func run(_ arguments: [String], in folder: String, _ input: [UInt8]) throws -> [UInt8] {
        let environment = [
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": folder, "XDG_CONFIG_HOME": folder,
        ]
        let git = try ProgramRun(executable, arguments, in: folder, environment: environment, input: input)
        // 1: none of them is ignored.
        guard git.status <= 1 else { throw Failed(status: git.status) }
        return git.output
    }
}
