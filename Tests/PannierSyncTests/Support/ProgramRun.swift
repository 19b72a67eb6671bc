import ChildPrograms
import Foundation

/// A program that ran to its end.
struct ProgramRun {
    let status: Int32
    let output: [UInt8]
    let errors: String

    init(
        _ program: String, _ arguments: [String], in folder: String, environment: [String: String], input: [UInt8] = []
    ) throws {
        let files = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: files) }
        let (given, told, complained) = (
            files.appending(path: "in"), files.appending(path: "out"), files.appending(path: "err")
        )
        try Data(input).write(to: given)
        let child = try ChildProgram(
            program, arguments, environment: environment, directory: folder, input: given.path(),
            output: told.path(), errors: complained.path())
        status = child.endBlocking()
        output = [UInt8](try Data(contentsOf: told))
        errors = String(decoding: try Data(contentsOf: complained), as: UTF8.self)
    }
}
