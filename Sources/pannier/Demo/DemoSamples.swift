import Foundation

/// Files that the people of the demonstration have.
enum DemoSamples {
    /// Large enough to be seen on its way, even between two processes of one machine.
    private static let filmBytes = 96 << 20

    /// A small tree, and one large file.
    static func writeAlice(to folder: String) throws {
        try write("Dear Alice,\n\nthis is yours alone.\n", to: folder + "/Holiday/letter.txt")
        try write("flour, sugar, two eggs\n", to: folder + "/Holiday/recipes/cake.md")
        try write("漢字\n", to: folder + "/Holiday/名前 with spaces 🏔.txt")
        try write("", to: folder + "/Holiday/empty")
        for number in 1...12 {
            let text = (0..<400).map { "\(number),\($0),\($0 &* number)\n" }.joined()
            try write(text, to: folder + "/Holiday/tables/table-\(number < 10 ? "0" : "")\(number).csv")
        }
        try writeFilm(to: folder + "/Holiday/mountains.mov")
    }

    static func writeMia(to folder: String) throws {
        try write("# Plan\n\n- choose the music\n", to: folder + "/Design team/plan.md")
        try write("<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n", to: folder + "/Design team/logo.svg")
    }

    /// What mia does a little later.
    static func editMia(in folder: String) throws {
        try write("# Plan\n\n- choose the music (done!)\n- show Alice\n", to: folder + "/Design team/plan.md")
        try write("Hello Alice, have a look at the plan.\n", to: folder + "/Design team/hello.txt")
    }

    private static func write(_ text: String, to path: String) throws {
        let file = URL(filePath: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Bytes that no compression shortens, written in pieces.
    private static func writeFilm(to path: String) throws {
        try Data().write(to: URL(filePath: path))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<(filmBytes >> 20) {
            let words = (0..<(1 << 17)).map { _ in generator.next() as UInt64 }
            try words.withUnsafeBytes { try file.write(contentsOf: Data($0)) }
        }
    }
}
