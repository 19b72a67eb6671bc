/// A place as people write it: `/a/b` in My Files, `shared:/name/b` in Shared With Me.
package struct RemotePath: Hashable, Sendable {
    package enum Space: String, Codable, Sendable, CaseIterable {
        case myFiles
        case shared
    }

    package let space: Space
    package let names: [NodeName]

    package init(space: Space, names: [NodeName]) {
        self.space = space
        self.names = names
    }

    package static let myFiles = RemotePath(space: .myFiles, names: [])
    package static let sharedWithMe = RemotePath(space: .shared, names: [])

    /// Reads what a person typed. `a/b` means `/a/b`; empty parts and a slash at the end are ignored.
    /// - Throws: ``RemotePathError``.
    package init(parsing text: String) throws(RemotePathError) {
        let sharedPrefix = "shared:"
        let isShared = text.utf8.starts(with: sharedPrefix.utf8)
        let rest = isShared ? text.utf8.dropFirst(sharedPrefix.utf8.count) : text.utf8[...]
        guard rest.count <= Limits.pathBytes else { throw .tooLong }
        var names: [NodeName] = []
        for part in rest.split(separator: UInt8(ascii: "/")) {
            do throws(NodeNameError) {
                names.append(try NodeName(bytes: Array(part)))
            } catch {
                throw .name(String(decoding: part, as: UTF8.self), error)
            }
        }
        guard names.count <= Limits.depth else { throw .tooDeep }
        self.init(space: isShared ? .shared : .myFiles, names: names)
    }

    package var isRoot: Bool { names.isEmpty }
    package var name: NodeName? { names.last }
    /// The folder that holds this place; nil at a root.
    package var parent: RemotePath? { isRoot ? nil : RemotePath(space: space, names: names.dropLast()) }

    package func appending(_ name: NodeName) -> RemotePath { RemotePath(space: space, names: names + [name]) }
}

extension RemotePath: CustomStringConvertible, Codable {
    package var description: String {
        (space == .shared ? "shared:/" : "/") + names.map(\.text).joined(separator: "/")
    }

    private enum CodingKeys: CodingKey { case space, names }
}

/// Why a text is not a place.
package enum RemotePathError: Error, Equatable, CustomStringConvertible {
    case tooLong, tooDeep
    case name(String, NodeNameError)

    package var description: String {
        switch self {
        case .tooLong: "a path must not be longer than \(Limits.pathBytes) bytes"
        case .tooDeep: "a path must not be deeper than \(Limits.depth) folders"
        case .name(let name, let error): "“\(name)” is not a name that can be used: \(error)"
        }
    }
}
