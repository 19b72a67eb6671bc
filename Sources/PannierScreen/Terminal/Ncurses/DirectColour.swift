import Foundation
import Glibc

/// A terminfo entry of our own for truecolor: the person's, with colours given as red, green and blue. ncurses does not
/// look at COLORTERM, and the entries that come with it and know RGB fit few terminals.
struct DirectColour {
    /// Name of the entry, for `newterm`.
    let name: String
    /// Folder that holds it, for the variable TERMINFO.
    let folder: String

    /// Part of the name: another one when ``source(name:base:)`` has changed, so that no older entry is found.
    private static let version = "pannier2"

    /// Nil when the terminal does not say that it has truecolor, or the entry cannot be made; 256 colours are the next
    /// best then.
    init?(environment: [String: String]) {
        guard let term = environment["TERM"], Self.isWanted(environment), Self.isPlain(term) else { return nil }
        let name = term + "-" + Self.version
        let source = Self.source(name: name, base: term)
        guard let folder = Self.folders(environment).first(where: { Self.provide(name, source, in: $0) }) else {
            return nil
        }
        self.name = name
        self.folder = folder
    }

    /// Where an entry may lie, the best first: only in folders that are the person's own, for ncurses believes what it
    /// finds there.
    private static func folders(_ environment: [String: String]) -> [String] {
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        let cache = folder("XDG_CACHE_HOME") ?? folder("HOME").map { $0 + "/.cache" }
        return [cache, folder("XDG_RUNTIME_DIR")].compactMap { $0.map { $0 + "/pannier/terminfo" } }
    }

    /// Whether the entry is there, made just now if it was not.
    private static func provide(_ name: String, _ source: String, in folder: String) -> Bool {
        let compiled = folder + "/" + hashName(name) + "/" + name
        return access(compiled, R_OK) == 0 || compile(source, name: name, into: folder)
    }

    static func isWanted(_ environment: [String: String]) -> Bool {
        ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
    }

    /// The name becomes part of a file name and of a terminfo source.
    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// - `RGB` says that a colour number is 0xRRGGBB; semicolons, because more terminals read them than colons.
    /// - `XM` and `kmous` have the mouse told as SGR does (1006), which has no last column; entries for tmux and screen
    ///   know only the old way, which ends at 223. Whatever has truecolor knows it.
    static func source(name: String, base: String) -> String {
        let rgb = "%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d"
        return """
            \(name)|\(base) with direct colour for pannier,
            \tRGB, colors#0x1000000, pairs#0x7fff,
            \tsetaf=\\E[38;2;\(rgb)m, setab=\\E[48;2;\(rgb)m,
            \top=\\E[39;49m, initc@, oc@, ccc@, setf@, setb@,
            \tkmous=\\E[<, XM=\\E[?1006;1000%?%p1%{1}%=%th%el%;,
            \tuse=\(base),

            """
    }

    /// Entries lie under the first letter of their name.
    private static func hashName(_ name: String) -> String { String(name.prefix(1)) }

    /// Made apart and renamed, so that a program that starts at the same moment finds all of it or none.
    private static func compile(_ source: String, name: String, into folder: String) -> Bool {
        let manager = FileManager.default
        let apart = folder + "/.\(UUID().uuidString)"
        do {
            try manager.createDirectory(atPath: apart, withIntermediateDirectories: true)
            // What cannot be removed does no harm.
            defer { try? manager.removeItem(atPath: apart) }
            let file = apart + "/source"
            try Data(source.utf8).write(to: URL(filePath: file))
            // Without tic the screen works in 256 colours.
            guard QuietProgram.run("/usr/bin/tic", ["-x", "-o", apart, file]) == 0 else { return false }
            let shelf = "/" + hashName(name)
            try manager.createDirectory(atPath: folder + shelf, withIntermediateDirectories: true)
            return rename(apart + shelf + "/" + name, folder + shelf + "/" + name) == 0
        } catch {
            // So it does on a full disk.
            return false
        }
    }
}
