import Foundation
import Glibc

/// A terminfo entry of our own for truecolor: the person's, with colours given as red, green and blue. ncurses does not
/// look at COLORTERM, and the entries that come with it and know RGB fit few terminals.
struct DirectColour {
    /// Name of the entry, for `newterm`.
    let name: String
    /// Folder that holds it, for the variable TERMINFO.
    let folder: String

    /// Nil when the terminal does not say that it has truecolor, or the entry cannot be made; 256 colours are the next
    /// best then.
    init?(environment: [String: String]) {
        guard let term = environment["TERM"], Self.isWanted(environment), Self.isPlain(term) else { return nil }
        name = term + "-pannier"
        folder = Self.cache(environment) + "/pannier/terminfo"
        let compiled = folder + "/" + Self.hashName(name) + "/" + name
        if access(compiled, R_OK) == 0 { return }
        guard Self.compile(Self.source(name: name, base: term), into: folder), access(compiled, R_OK) == 0 else {
            return nil
        }
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

    /// `RGB` says that a colour number is 0xRRGGBB; semicolons, because more terminals read them than colons.
    static func source(name: String, base: String) -> String {
        let rgb = "%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d"
        return """
            \(name)|\(base) with direct colour for pannier,
            \tRGB, colors#0x1000000, pairs#0x7fff,
            \tsetaf=\\E[38;2;\(rgb)m, setab=\\E[48;2;\(rgb)m,
            \top=\\E[39;49m, initc@, oc@, ccc@, setf@, setb@,
            \tuse=\(base),

            """
    }

    private static func cache(_ environment: [String: String]) -> String {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache }
        return (environment["HOME"] ?? "/nonexistent") + "/.cache"
    }

    /// Entries lie under the first letter of their name.
    private static func hashName(_ name: String) -> String { String(name.prefix(1)) }

    private static func compile(_ source: String, into folder: String) -> Bool {
        let manager = FileManager.default
        let file = folder + "/.\(getpid()).src"
        do {
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(source.utf8).write(to: URL(filePath: file))
            defer { unlink(file) }
            // Without tic the screen works in 256 colours.
            return QuietProgram.run("/usr/bin/tic", ["-x", "-o", folder, file]) == 0
        } catch {
            // So it does on a full disk.
            return false
        }
    }
}
