import Foundation
import PannierCore

/// What a path means that was typed for the synced folder: a place on this disk when it lies in that folder, else a place in
/// My Files. Below the folder both are the same.
struct SyncPath {
    private let argument: PathArgument

    init(_ argument: PathArgument) { self.argument = argument }

    /// Below the synced folder; empty for the folder itself.
    /// - Throws: ``Problem`` `badRequest` for what is in Shared With Me, or as ``PathArgument/remote``.
    func below(_ folder: LocalPath) throws(Problem) -> LocalPath {
        let (typed, root) = (argument.local.trimmed, folder.trimmed)
        for (path, root) in [(typed, root), (Self.resolved(typed), Self.real(root))] {
            if let rest = Self.rest(of: path, below: root) { return rest }
        }
        let remote = try argument.remote
        guard remote.space == .myFiles else {
            throw Problem(
                .badRequest, "“\(remote)” is not part of the synced folder.",
                detail: "What others share is not on this disk. Nothing was changed.", status: 0)
        }
        return LocalPath(bytes: Array(remote.names.map(\.bytes).joined(separator: [Self.slash])))
    }

    private static let slash = UInt8(ascii: "/")

    private static func rest(of path: LocalPath, below root: LocalPath) -> LocalPath? {
        if path == root { return LocalPath(bytes: []) }
        let start = root.appending([]).bytes
        guard path.bytes.starts(with: start) else { return nil }
        return LocalPath(bytes: Array(path.bytes.dropFirst(start.count)))
    }

    /// Without links on the way; its last name is left, since it may be gone, or a link itself.
    private static func resolved(_ path: LocalPath) -> LocalPath {
        let last = path.lastComponent
        if last.isEmpty || last.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) { return real(path) }
        return path.folder.map { real($0).appending(last) } ?? path
    }

    private static func real(_ path: LocalPath) -> LocalPath {
        guard let real = path.withCString({ realpath($0, nil) }) else { return path }
        defer { free(real) }
        return LocalPath(bytes: UnsafeBufferPointer(start: real, count: strlen(real)).map { UInt8(bitPattern: $0) })
    }
}
