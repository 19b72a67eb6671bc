import CLinux
import Foundation
import Glibc
import PannierCore

/// `DIR/keys`: JSON with the keys in hexadecimal, readable by its owner alone.
///
/// Order of making it: written under another name, synced, renamed, folder synced; only then may anything be wrapped
/// with these keys. A file that exists is never written again.
package enum KeyFile {
    package static let name = "keys"
    static let temporaryName = "keys.new"
    private static let sizeLimit = 1 << 20

    /// Reads the keys, or makes them where there is nothing yet that they could have wrapped.
    /// - Parameters:
    ///   - folder: the data folder.
    ///   - mayCreate: false when a database is there already, whose packs were wrapped with keys that are now missing.
    /// - Returns: the keys, and whether they were made just now.
    /// - Throws: ``KeyFileError``, ``SystemCallError``.
    package static func open(in folder: Descriptor, mayCreate: Bool) throws -> (keys: ServerKeys, isNew: Bool) {
        if let keys = try read(in: folder) { return (keys, false) }
        guard mayCreate else { throw KeyFileError.missing("\(folder.path)/\(name)") }
        let keys = ServerKeys.make()
        try write(keys, in: folder)
        return (keys, true)
    }

    /// Nil when there is no such file.
    package static func read(in folder: Descriptor) throws -> ServerKeys? {
        guard let file = try Descriptor.ifPresent(at: folder, name, O_RDONLY) else { return nil }
        let status = try file.status()
        guard status.isFile, status.permissions & 0o077 == 0 else {
            throw KeyFileError.openToOthers(file.path, mode: status.permissions)
        }
        guard status.owner == geteuid() else { throw KeyFileError.ownedByAnother(file.path) }
        let bytes = try file.readAll(limit: sizeLimit)
        do {
            return try JSONDecoder().decode(Form.self, from: Data(bytes)).keys()
        } catch {
            throw KeyFileError.damaged(file.path)
        }
    }

    private static func write(_ keys: ServerKeys, in folder: Descriptor) throws {
        // Left over from a start that was killed; nothing was wrapped with it.
        unlinkat(folder.number, temporaryName, 0)
        let file = try Descriptor(at: folder, temporaryName, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(Form(keys)).withUnsafeBytes { try file.write($0) }
        try file.sync()
        try systemCall("rename", file.path) {
            pannier_rename_no_replace(folder.number, temporaryName, folder.number, name)
        }
        do {
            try folder.sync()
        } catch {
            // Nothing was wrapped with them yet; the next start must not take them for durable.
            unlinkat(folder.number, name, 0)
            throw error
        }
    }
}

/// Why the server does not start with the keys it found.
package enum KeyFileError: Error, Equatable, CustomStringConvertible {
    case missing(String)
    case openToOthers(String, mode: UInt32)
    case ownedByAnother(String)
    case damaged(String)

    package var description: String {
        switch self {
        case .missing(let path):
            """
            \(path) is missing, but there is a database beside it. Without these keys no file can be read. Put the file \
            back from where you keep it; nothing was changed.
            """
        case .openToOthers(let path, let mode):
            "\(path) has the mode \(String(mode, radix: 8)), so others could read the keys. Run: chmod 600 \(path)"
        case .ownedByAnother(let path):
            "\(path) belongs to another user. Run pannier-server as the user who owns it."
        case .damaged(let path):
            "\(path) is damaged. Without these keys no file can be read. Put back the file from where you keep it."
        }
    }
}

/// The file's content. Master keys go by their ids, the one in use last.
private struct Form: Codable {
    struct Master: Codable {
        let id: String
        let key: String
    }

    struct Store: Codable {
        let id: String
        let secret: String
    }

    struct Malformed: Error {}

    let version: Int
    let masters: [Master]
    let cursor: String
    let store: Store

    init(_ keys: ServerKeys) {
        version = 1
        masters = keys.masters.map {
            Master(id: Hexadecimal.text(of: [$0.id]), key: Hexadecimal.text(of: $0.bytes))
        }
        cursor = Hexadecimal.text(of: keys.cursor)
        store = Store(id: keys.store.id, secret: keys.store.secret)
    }

    func keys() throws -> ServerKeys {
        guard version == 1, !masters.isEmpty, !store.id.isEmpty, !store.secret.isEmpty else { throw Malformed() }
        return ServerKeys(
            masters: try masters.map { master in
                guard let id = Hexadecimal.words(of: master.id, count: 1) else { throw Malformed() }
                return ServerKeys.Master(id: id[0], bytes: try Self.key(master.key))
            },
            cursor: try Self.key(cursor),
            store: ServerKeys.StoreAccess(id: store.id, secret: store.secret))
    }

    private static func key(_ text: String) throws -> [UInt8] {
        guard let bytes = Hexadecimal.bytes(of: text), bytes.count == 32 else { throw Malformed() }
        return bytes
    }
}
