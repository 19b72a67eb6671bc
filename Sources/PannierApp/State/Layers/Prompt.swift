package import PannierCore
package import PannierScreen

/// One line to fill in, at the bottom of the screen.
package struct Prompt: Layer {
    package enum Purpose: Sendable {
        case newFolder(in: RemotePath)
        case rename(RemotePath)
        case move([RemotePath], from: RemotePath)
        case filter(old: String)
        case find
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

    static func rename(_ path: RemotePath) -> Prompt {
        var field = TextField(path.name?.text ?? "")
        field.moveBeforeExtension()
        return Prompt(.rename(path), field)
    }

    static func move(_ paths: [RemotePath], from folder: RemotePath) -> Prompt {
        Prompt(.move(paths, from: folder), TextField(folder.description))
    }

    static func filter(_ pane: Pane) -> Prompt {
        Prompt(.filter(old: pane.listing.filter.letters), TextField(pane.listing.filter.letters))
    }

    static func find() -> Prompt { Prompt(.find, TextField()) }
    static func path(from pane: Pane) -> Prompt { Prompt(.path, TextField(pane.path.description)) }

    /// Before the field.
    package var title: SafeText {
        switch purpose {
        case .newFolder: "new folder"
        case .rename(let path): "rename \(SafeText(path.name?.text ?? ""))"
        case .move(let paths, _): "move \(Words.things(paths.count, paths[0])) to"
        case .filter: "filter"
        case .find: "find"
        case .path: "go to"
        }
    }

    /// What there is to know about it, while nothing is wrong.
    package var advice: SafeText {
        switch purpose {
        case .newFolder(let folder): "in \(SafeText(folder)); a/b makes both"
        case .rename: "a name, or a path that begins with a slash"
        case .move: "a folder"
        case .filter: "letters in this order; Enter keeps it, Esc takes it away"
        case .find: "part of a name; n and N go on"
        case .path: "/folder, or shared:/name"
        }
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
        if field.isEmpty {
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
            let names = try RemotePath(parsing: field.text).names
            let path = names.reduce(folder) { $0.appending($1) }
            let deed = Deed("made: \(SafeText(path))", seek: names.first)
            return [.change(.makeFolders(paths: [path], parents: names.count > 1), deed)]
        case .rename(let path): return try rename(path)
        case .move(let paths, _):
            let target = try RemotePath(parsing: field.text)
            let deed = Deed(
                "\(Words.things(paths.count, paths[0])) moved to \(SafeText(target))", count: paths.count)
            return [.change(.move(sources: paths, target: target), deed)]
        case .filter: return []
        case .find: return [.find(field.text)]
        case .path: return [.go(try RemotePath(parsing: field.text))]
        }
    }

    private func rename(_ path: RemotePath) throws -> [Intent] {
        let typed = field.text
        let isPath = typed.hasPrefix("/") || typed.hasPrefix("shared:")
        let target: RemotePath
        if isPath {
            target = try RemotePath(parsing: typed)
        } else {
            let names = try RemotePath(parsing: "/" + typed).names
            target = names.reduce(path.parent ?? .myFiles) { $0.appending($1) }
        }
        if target == path { return [] }
        let deed = Deed("now \(SafeText(target))", seek: target.parent == path.parent ? target.name : nil)
        return [.change(.move(sources: [path], target: target), deed)]
    }
}
