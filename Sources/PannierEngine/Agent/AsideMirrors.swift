import Foundation
import Glibc
import PannierCore

/// Mirrors that `agent --rebuild` put aside: kept for whoever looks for a fault, until the account signs out.
enum AsideMirrors {
    /// SQLite's own files.
    private static let suffixes = ["", "-wal", "-shm"]

    /// Puts the mirror aside. Nobody may have it open.
    /// - Returns: where it lies now; nil if there was none.
    static func add(_ paths: ClientPaths) -> String? {
        let aside = paths.database + ".\(WallClock.now)"
        var isThere = false
        for suffix in suffixes where rename(paths.database + suffix, aside + suffix) == 0 { isThere = true }
        return isThere ? aside : nil
    }

    /// Puts one back in the place of what was begun instead. Nobody may have that open.
    static func restore(_ aside: String, _ paths: ClientPaths) {
        for suffix in suffixes {
            unlink(paths.database + suffix)
            rename(aside + suffix, paths.database + suffix)
        }
    }

    /// Forgets all of them.
    static func remove(_ paths: ClientPaths) {
        let prefix = (paths.database.split(separator: "/").last ?? "") + "."
        let names = (try? FileManager.default.contentsOfDirectory(atPath: paths.state)) ?? []
        for name in names where name.hasPrefix(prefix) && isAside(name.dropFirst(prefix.count)) {
            unlink(paths.state + "/" + name)
        }
    }

    /// What follows the mirror's name: the time, and perhaps a suffix of SQLite's.
    private static func isAside(_ rest: Substring) -> Bool {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        return !digits.isEmpty && suffixes.contains(String(rest.dropFirst(digits.count)))
    }
}
