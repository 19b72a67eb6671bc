import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// What is a person's and lies in the folder's own part, where nobody looks.
extension SyncWork {
    /// Puts it at the top of the folder, under its name and a word of ours, and says so.
    /// - Parameter reason: why it was not where it belongs.
    func putBack(_ path: TreePath, isFile: Bool, _ reason: String) throws {
        let target = try tree.putBack(path, isFile: isFile)
        try mirror.write { database in
            let key = String(decoding: target, as: UTF8.self)
            try SyncTransaction(database).note(.putBack(target, reason), key, path: target)
        }
    }

    /// What was put out of the way of another one, and nobody knows any more: the mirror is another one, or lost.
    func putBackParked() throws {
        var found: [(name: [UInt8], kind: TreeStatus.Kind)] = []
        try tree.list(OwnPart.parked) { name, status in found.append((name, status.kind)) }
        for (name, kind) in found {
            let path = OwnPart.parked.appending(name)
            let known = try knownPlace(of: name)
            if known == path { continue }
            if let known, !name.contains(UInt8(ascii: "-")) {
                // Earlier versions have left out how it was called.
                try tree.move(path, to: known)
                try tree.sync([OwnPart.parked])
            } else {
                try putBack(path, isFile: kind != .folder, Self.parkedOnce)
            }
        }
    }

    private static let parkedOnce =
        "It was out of the way of another one that took its name, and nobody knows any more where it belongs."

    /// Where what has this number is out of the way, as far as anybody knows.
    private func knownPlace(of name: [UInt8]) throws -> TreePath? {
        let number = name.prefix { $0 != UInt8(ascii: "-") }
        guard let local = Int64(String(decoding: number, as: UTF8.self)).map({ LocalID($0) }) else { return nil }
        let row = try mirror.read { try LocalTable($0).row(local) }
        return row.flatMap { $0.isParked ? OwnPart.parked(local, $0.name) : nil }
    }
}

extension Problem {
    static func putBack(_ path: TreePath, _ reason: String) -> Problem {
        Problem(.localFileChanged, "“\(LocalPath(bytes: path))” was put back.", detail: reason, status: 0)
    }
}
