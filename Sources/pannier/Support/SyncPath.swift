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
        let (typed, root) = (argument.local.trimmed, Self.plain(folder))
        let (plain, realRoot) = (Self.plain(typed), Self.real(root))
        // Behind a link `..` leads elsewhere than the names say: that is asked last, for nothing behind one is in the folder.
        for (path, root) in [(plain, root), (Self.resolved(plain), realRoot), (Self.resolved(typed), realRoot)] {
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

    /// As ``below(_:)``, for what is asked of My Files.
    /// - Throws: also for what My Files cannot hold.
    func remote(_ folder: LocalPath) throws(Problem) -> RemotePath {
        let path = try below(folder)
        do throws(RemotePathError) {
            return try RemotePath(parsing: [Self.slash] + path.bytes)
        } catch {
            throw PathArgument.refusal(of: path.description, error)
        }
    }

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// Without `.` and `..`, by the names alone.
    private static func plain(_ path: LocalPath) -> LocalPath {
        guard path.bytes.first == slash else { return path.trimmed }
        var names: [ArraySlice<UInt8>] = []
        for name in path.bytes.split(separator: slash) where !name.elementsEqual([dot]) {
            if name.elementsEqual([dot, dot]) {
                _ = names.popLast()
            } else {
                names.append(name)
            }
        }
        return LocalPath(bytes: [slash] + names.joined(separator: [slash]))
    }

    private static func rest(of path: LocalPath, below root: LocalPath) -> LocalPath? {
        if path == root { return LocalPath(bytes: []) }
        let start = root.appending([]).bytes
        guard path.bytes.starts(with: start) else { return nil }
        let rest = path.bytes.dropFirst(start.count)
        // Where nothing is there nothing could be resolved.
        guard !rest.split(separator: slash).contains(where: { $0.elementsEqual([dot, dot]) }) else { return nil }
        return LocalPath(bytes: Array(rest))
    }

    /// Without links on the way; its last name is left, since it may be gone, or a link itself.
    private static func resolved(_ path: LocalPath) -> LocalPath {
        let last = path.lastComponent
        if last.isEmpty || last.elementsEqual([dot, dot]) { return real(path) }
        return path.folder.map { real($0).appending(last) } ?? path
    }

    private static func real(_ path: LocalPath) -> LocalPath {
        guard let real = path.withCString({ realpath($0, nil) }) else { return path }
        defer { free(real) }
        return LocalPath(bytes: UnsafeBufferPointer(start: real, count: strlen(real)).map { UInt8(bitPattern: $0) })
    }
}
