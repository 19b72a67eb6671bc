import Foundation

/// Files that the people of the demonstration have.
enum DemoSamples {
    /// Large enough to be seen on its way, even between two processes of one machine; less where the disk is small. It
    /// lies there twice: as it is, and as the server stores it.
    private static func filmBytes(in folder: String) -> Int64 {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
        return min(160 << 20, max(4 << 20, free / 16))
    }

    /// Of what alice sends while the screen is open: bytes a second.
    static let uploadLimit = "5M"

    /// What alice has on the server already when the screen opens, and what is on its way then.
    static let small = ["Documents", "notes.md", "名前 with spaces 🏔.txt"]
    static let large = ["Holiday", "mountains.mov"]

    /// What mia shares from the beginning, and what she shares later.
    static let shared = ["Design team", "Concert.md"]
    static let later = "Weekend"

    static func writeAlice(to folder: String) throws {
        try write("Dear Alice,\n\nthis is yours alone.\n", to: folder + "/Documents/letter.txt")
        try write("flour, sugar, two eggs\n", to: folder + "/Documents/recipes/cake.md")
        try write("", to: folder + "/Documents/empty")
        for number in 1...12 {
            let text = (0..<400).map { "\(number),\($0),\($0 &* number)\n" }.joined()
            try write(text, to: folder + "/Documents/tables/table-\(number < 10 ? "0" : "")\(number).csv")
        }
        try write("- call mia\n", to: folder + "/notes.md")
        try write("漢字\n", to: folder + "/名前 with spaces 🏔.txt")
        for number in 1...8 { try writeNoise(Int64(number) << 20, to: folder + "/Holiday/picture-\(number).jpg") }
        try writeNoise(filmBytes(in: folder), to: folder + "/mountains.mov")
    }

    static func writeMia(to folder: String) throws {
        try write("# Plan\n\n- choose the music\n", to: folder + "/Design team/plan.md")
        try write("# Concert\n\nSaturday at eight?\n", to: folder + "/Concert.md")
        try write("tent\nstove\nmap\n", to: folder + "/\(later)/to bring.txt")
        try write("<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n", to: folder + "/Design team/logo.svg")
    }

    /// What mia does a little later.
    static func editMia(in folder: String) throws {
        try write("# Plan\n\n- choose the music (done!)\n- show Alice\n", to: folder + "/Design team/plan.md")
        try write("# Concert\n\nSaturday at eight it is. I have the tickets.\n", to: folder + "/Concert.md")
        try write("Hello Alice, have a look at the plan.\n", to: folder + "/Design team/hello.txt")
    }

    private static func write(_ text: String, to path: String) throws {
        let file = URL(filePath: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Bytes that no compression shortens, written in pieces.
    private static func writeNoise(_ bytes: Int64, to path: String) throws {
        try write("", to: path)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        let noise = try FileHandle(forReadingFrom: URL(filePath: "/dev/urandom"))
        defer { try? noise.close() }
        for _ in 0..<(bytes >> 20) {
            try file.write(contentsOf: noise.read(upToCount: 1 << 20) ?? Data())
        }
    }
}
