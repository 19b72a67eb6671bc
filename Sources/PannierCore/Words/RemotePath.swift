/// A place as people write it: `/a/b` in My Files, `shared:/name/b` in Shared With Me.
package struct RemotePath: Sendable {
    package enum Space: String, Codable, Sendable, CaseIterable {
        case myFiles
        case shared
    }

    package let space: Space
    package let names: [NodeName]
    /// A slash stood at its end: whoever wrote it means a folder. Not part of the place: paths that differ in nothing else
    /// are equal, and none is written out with it.
    package let isFolderMeant: Bool

    package init(space: Space, names: [NodeName], isFolderMeant: Bool = false) {
        self.space = space
        self.names = names
        self.isFolderMeant = isFolderMeant
    }

    package static let myFiles = RemotePath(space: .myFiles, names: [])
    package static let sharedWithMe = RemotePath(space: .shared, names: [])

    /// Reads what a person typed, as ``init(parsing:)-(Collection)`` does.
    /// - Throws: ``RemotePathError``.
    package init(parsing text: String) throws(RemotePathError) { try self.init(parsing: Array(text.utf8)) }

    /// Reads what a person typed. `a/b` means `/a/b`; slashes in a row are one. `.` and `..` are not resolved: no place
    /// here is the current one, and a path says where it leads.
    /// - Throws: ``RemotePathError``.
    package init(parsing bytes: [UInt8]) throws(RemotePathError) {
        guard !bytes.isEmpty else { throw .empty }
        let sharedPrefix = Array("shared:".utf8)
        let isShared = bytes.starts(with: sharedPrefix)
        let rest = isShared ? bytes.dropFirst(sharedPrefix.count) : bytes[...]
        guard rest.count <= Limits.pathBytes else { throw .tooLong }
        var names: [NodeName] = []
        for part in rest.split(separator: UInt8(ascii: "/")) {
            do throws(NodeNameError) {
                names.append(try NodeName(bytes: Array(part)))
            } catch {
                throw .name(ByteText.text(of: part), error)
            }
        }
        guard names.count <= Limits.depth else { throw .tooDeep }
        self.init(
            space: isShared ? .shared : .myFiles, names: names,
            isFolderMeant: !names.isEmpty && rest.last == UInt8(ascii: "/"))
    }

    package var isRoot: Bool { names.isEmpty }
    package var name: NodeName? { names.last }
    /// The folder that holds this place; nil at a root.
    package var parent: RemotePath? { isRoot ? nil : RemotePath(space: space, names: names.dropLast()) }

    package func appending(_ name: NodeName) -> RemotePath { RemotePath(space: space, names: names + [name]) }
}

extension RemotePath: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.space == right.space && left.names == right.names }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(space)
        hasher.combine(names)
    }
}

extension RemotePath: CustomStringConvertible, Codable {
    package var description: String {
        (space == .shared ? "shared:/" : "/") + names.map(\.text).joined(separator: "/")
    }

    private enum CodingKeys: CodingKey { case space, names, isFolderMeant }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            space: try container.decode(Space.self, forKey: .space),
            names: try container.decode([NodeName].self, forKey: .names),
            isFolderMeant: try container.decodeIfPresent(Bool.self, forKey: .isFolderMeant) ?? false)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(space, forKey: .space)
        try container.encode(names, forKey: .names)
        if isFolderMeant { try container.encode(true, forKey: .isFolderMeant) }
    }
}

/// Why a text is not a place.
package enum RemotePathError: Error, Equatable, CustomStringConvertible {
    case empty, tooLong, tooDeep
    case name(String, NodeNameError)

    package var description: String {
        switch self {
        case .empty: "a path must not be empty; `/` is My Files"
        case .tooLong: "a path must not be longer than \(Limits.pathBytes) bytes"
        case .tooDeep: "a path must not be deeper than \(Limits.depth) folders"
        // Such a name would leave no room for what is wrong with it.
        case .name(_, .tooLong): "\(NodeNameError.tooLong)"
        case .name(let name, let error): "“\(name)” is not a name that can be used: \(error)"
        }
    }
}
