import PannierCore

/// How a transfer of the synced folder is called, and where it is: of one file, that file; of several, the deepest folder that
/// they all lie in.
struct SyncTransferPlace {
    /// Below the synced folder; empty: the folder itself.
    private let path: [UInt8]
    private let isFolder: Bool

    /// - Parameter paths: of the files, below the synced folder; not empty.
    init(_ paths: [[UInt8]]) {
        // A file may be named twice.
        isFolder = paths.contains { $0 != paths[0] }
        path = isFolder ? Self.common(paths) : paths[0]
    }

    private static let slash = UInt8(ascii: "/")

    private static func common(_ paths: [[UInt8]]) -> [UInt8] {
        var common = paths[0].split(separator: slash).dropLast()
        for path in paths.dropFirst() {
            guard !common.isEmpty else { break }
            let folders = path.split(separator: slash).dropLast()
            common = common.prefix(zip(common, folders).prefix { $0 == $1 }.count)
        }
        return Array(common.joined(separator: [slash]))
    }

    func local(in folder: LocalPath) -> LocalPath { path.isEmpty ? folder : folder.appending(path) }

    /// What the server cannot keep, or has under another name, is only shown: at the top then.
    var remote: RemotePath { (try? RemotePath(myFiles: path)) ?? .myFiles }

    /// A folder's ends with a slash: see ``TransferState/others``.
    func name(in folder: LocalPath) -> String {
        let name = LocalPath(bytes: local(in: folder).lastComponent).description
        return isFolder ? name + "/" : name
    }
}
