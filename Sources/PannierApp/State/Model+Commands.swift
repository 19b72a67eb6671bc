import Foundation
import PannierCore
import PannierScreen

// The command line: the name of an action, and words.
extension Model {
    mutating func run(_ line: String) -> [Effect] {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard let name = parts.first else { return [] }
        let words = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        guard let action = Action(rawValue: name) else {
            notice = Notice("there is no command “\(SafeText(name))”: ? lists them", kind: .problem)
            return []
        }
        guard !words.isEmpty else {
            guard let binding = keymap.bindings(in: .panes).first(where: { $0.action == action }) else {
                notice = Notice("“\(SafeText(name))” means nothing among the files", kind: .problem)
                return []
            }
            return perform(binding)
        }
        guard action.takesWords else {
            notice = Notice("“\(SafeText(name))” takes no words after it", kind: .problem)
            return []
        }
        do {
            return try run(action, words)
        } catch {
            notice = Notice("“\(SafeText(words))”: \(error)", kind: .problem)
            return []
        }
    }

    private mutating func run(_ action: Action, _ words: String) throws -> [Effect] {
        if let binding = keymap.bindings(in: .panes).first(where: { $0.action == action }),
            let reason = binding.reason(self)
        {
            notice = Notice(reason)
            return []
        }
        if action.endsRange {
            let reading = markRange()
            guard reading.isEmpty else { return reading }
        }
        let (paths, nodes) = (focused.targetPaths, focused.targets.map(\.node.id))
        switch action {
        case .goPath: go(to: try RemotePath(parsing: words))
        case .newFolder:
            let path = try RemotePath(typed: words, in: focused.path)
            let deed = Deed("made: \(SafeText(path))", seek: path.name)
            return [begin(.makeFolders(paths: [path], parents: true), deed)]
        case .rename:
            let target = try RemotePath(typed: words, in: focused.path)
            guard paths.count > 1 else {
                return [begin(.renaming(paths[0], to: target, nodes), .moved(paths[0], to: target))]
            }
            let deed = Deed(
                "\(Words.things(paths.count, paths[0])) moved to \(SafeText(target))", count: paths.count)
            return [begin(.move(sources: paths, target: target, as: .folder, expected: nodes), deed)]
        case .filter: panes[focus].filter(words)
        case .find: return find(words)
        case .share:
            let emails = words.split { $0 == " " || $0 == "," }.map(String.init)
            let path = paths[0]
            let deed = Deed("shared: \(SafeText(path)) with \(SafeText(emails.joined(separator: ", ")))")
            return [begin(.share(path: path, emails: emails, role: .viewer, expected: nodes.first), deed)]
        case .theme: return choose(theme: words)
        case .upload:
            let deed = Deed("\(SafeText(words)) on the way to \(SafeText(focused.path)): w shows it")
            return [begin(.put(sources: [local(words)], target: focused.path.meantAsFolder), deed)]
        case .download:
            let deed = Deed("on the way to \(SafeText(words)): w shows it", count: paths.count)
            return [begin(.get(sources: paths, target: local(words)), deed)]
        case .syncFolder: return [pair(local(words))]
        case .pause where words == "sync": return [pauseSync(true)]
        default: return perform(action)
        }
        return []
    }

    private mutating func choose(theme name: String) -> [Effect] {
        guard surroundings.themes.contains(name) else {
            notice = Notice("there is no theme “\(SafeText(name))”: :theme lists them", kind: .problem)
            return []
        }
        theme = name
        notice = Notice(ThemeChooser.advice(name, self))
        return [.theme(name)]
    }

    /// A path of this machine as it was typed.
    private func local(_ words: String) -> LocalPath {
        let bytes = ByteText.bytes(of: words)
        if words.hasPrefix("/") { return LocalPath(bytes: bytes) }
        if words.hasPrefix("~/"), let home = surroundings.home { return home.appending(bytes.dropFirst(2)) }
        return surroundings.folder.appending(bytes)
    }
}
