package import PannierCore
package import PannierScreen

/// One line to fill in, at the bottom of the screen.
package struct Prompt: Layer {
    package enum Purpose: Sendable {
        case newFolder(in: RemotePath)
        case rename(RemotePath, expected: [NodeID])
        case move([RemotePath], expected: [NodeID], from: RemotePath)
        case filter(old: String)
        case find
        /// In the text of a preview.
        case search
        case path
    }

    package let purpose: Purpose
    package private(set) var field: TextField
    /// Why what was typed cannot be taken.
    package private(set) var trouble: SafeText?

    package var context: Context { .prompt }

    private init(_ purpose: Purpose, _ field: TextField) {
        self.purpose = purpose
        self.field = field
    }

    static func newFolder(in folder: RemotePath) -> Prompt { Prompt(.newFolder(in: folder), TextField()) }

    static func rename(_ path: RemotePath, _ nodes: [NodeID]) -> Prompt {
        var field = TextField(path.name?.text ?? "")
        field.moveBeforeExtension()
        return Prompt(.rename(path, expected: nodes), field)
    }

    static func move(_ paths: [RemotePath], _ nodes: [NodeID], from folder: RemotePath) -> Prompt {
        Prompt(.move(paths, expected: nodes, from: folder), TextField(typed(folder)))
    }

    static func filter(_ pane: Pane) -> Prompt {
        Prompt(.filter(old: pane.listing.filter.letters), TextField(pane.listing.filter.letters))
    }

    static func find() -> Prompt { Prompt(.find, TextField()) }
    static func search() -> Prompt { Prompt(.search, TextField()) }
    static func path(from pane: Pane) -> Prompt { Prompt(.path, TextField(typed(pane.path))) }

    /// With a slash at its end: what is typed behind it lies in the folder.
    private static func typed(_ folder: RemotePath) -> String {
        folder.description + (folder.isRoot ? "" : "/")
    }

    /// Before the field.
    package var title: SafeText {
        switch purpose {
        case .newFolder: "new folder"
        case .rename(let path, _): "rename or move \(SafeText(path.name?.text ?? ""))"
        case .move(let paths, _, _): "move \(Words.things(paths.count, paths[0])) to"
        case .filter: "filter"
        case .find: "find in this folder"
        case .search: "find in the text"
        case .path: "go to"
        }
    }

    /// What there is to know about it, while nothing is wrong.
    package var advice: SafeText {
        switch purpose {
        case .newFolder(let folder): "in \(SafeText(folder)); a/b makes both"
        case .rename(let path, _): renaming(path)
        case .move: "the folder they go into; each keeps its name"
        case .filter: "letters in this order; Enter keeps it, Esc takes it away"
        case .find: "part of a name; n and N go on"
        case .search: "n and N go on to the next and the one before"
        case .path: "/folder, or shared:/name"
        }
    }

    /// What Enter would do with what is typed.
    private func renaming(_ path: RemotePath) -> SafeText {
        let parent = path.parent ?? .myFiles
        guard let target = try? RemotePath(typed: field.text, in: parent), target != path else {
            return "a new name; or /folder/ to move it in there"
        }
        if target.isPlace { return "moves into \(SafeText(target)), under its name" }
        guard let name = target.name, let folder = target.parent else { return "" }
        if folder == parent { return "stays in \(SafeText(parent)), called \(SafeText(name))" }
        return "moves to \(SafeText(folder)), called \(SafeText(name))"
    }

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        switch action {
        case .confirm:
            switch intents() {
            case .success(let intents): return intents
            case .failure(let trouble):
                self.trouble = trouble.words
                return []
            }
        case .back:
            if case .filter(let old) = purpose { return [.close, .filter(old == field.text ? "" : old)] }
            return [.close]
        case .up, .down:
            // In a filter the cursor of the pane can be moved without leaving the field.
            guard case .filter = purpose else { return [] }
            return nil
        default: return nil
        }
    }

    package mutating func type(_ key: Key, _ model: Model) -> [Intent]? {
        guard field.press(key) else { return nil }
        trouble = nil
        if case .filter = purpose { return [.filter(field.text)] }
        return []
    }

    // MARK: Taking it

    private struct Trouble: Error { let words: SafeText }

    private func intents() -> Result<[Intent], Trouble> {
        if field.text.allSatisfy(\.isWhitespace) {
            if case .filter = purpose { return .success([.close, .filter("")]) }
            return .failure(Trouble(words: "nothing was typed; Esc leaves it"))
        }
        do {
            return .success([.close] + (try command()))
        } catch let error as RemotePathError {
            return .failure(Trouble(words: SafeText(error.description)))
        } catch {
            return .failure(Trouble(words: "\(error)"))
        }
    }

    private func command() throws -> [Intent] {
        switch purpose {
        case .newFolder(let folder):
            let path = try RemotePath(typed: field.text, in: folder)
            let isBelow = path.names.starts(with: folder.names) && path.space == folder.space
            let first = isBelow ? path.names.dropFirst(folder.names.count).first : nil
            let deed = Deed("made: \(SafeText(path))", seek: first)
            let isDeep = !isBelow || path.names.count > folder.names.count + 1
            return [.change(.makeFolders(paths: [path], parents: isDeep), deed)]
        case .rename(let path, let nodes): return try rename(path, nodes)
        case .move(let paths, let nodes, _):
            let target = try RemotePath(parsing: field.text)
            let deed = Deed(
                "\(Words.things(paths.count, paths[0])) moved to \(SafeText(target))", count: paths.count)
            return [.change(.move(sources: paths, target: target, as: .folder, expected: nodes), deed)]
        case .filter: return []
        case .find: return [.find(field.text)]
        case .search: return [.search(field.text)]
        case .path: return [.go(try RemotePath(parsing: field.text))]
        }
    }

    private func rename(_ path: RemotePath, _ nodes: [NodeID]) throws -> [Intent] {
        let target = try RemotePath(typed: field.text, in: path.parent ?? .myFiles)
        if target == path { return [] }
        return [.change(.renaming(path, to: target, nodes), .moved(path, to: target))]
    }
}

extension EngineCommand {
    /// One thing under a new name, or in another folder.
    static func renaming(_ path: RemotePath, to target: RemotePath, _ nodes: [NodeID]) -> EngineCommand {
        .move(sources: [path], target: target, as: target.isRoot ? .folder : .name, expected: nodes)
    }
}

extension Deed {
    /// One thing under a new name; into a folder where a slash ends the target.
    static func moved(_ path: RemotePath, to target: RemotePath) -> Deed {
        let end = target.isPlace ? path.name.map(target.appending) ?? target : target
        return Deed("now \(SafeText(end))", seek: end.parent == path.parent ? end.name : nil)
    }
}

extension RemotePath {
    /// What somebody typed while looking at a folder: a path from the top of My Files or of Shared With Me, or one that
    /// begins in that folder.
    /// - Throws: ``RemotePathError``.
    init(typed: String, in folder: RemotePath) throws {
        if typed.hasPrefix("/") || typed.hasPrefix("shared:") {
            self = try RemotePath(parsing: typed)
        } else {
            let below = try RemotePath(parsing: "/" + typed)
            self.init(
                space: folder.space, names: folder.names + below.names, isFolderMeant: below.isFolderMeant)
        }
    }

    /// A folder to put things into, not a name for one of them: a slash ends it, or it is the top.
    var isPlace: Bool { isFolderMeant || isRoot }

    /// The same, and nothing but a folder.
    var meantAsFolder: RemotePath { RemotePath(space: space, names: names, isFolderMeant: !names.isEmpty) }
}
