import PannierCore
import PannierScreen

// What comes down, where names of it may be taken: nothing is replaced, so it is asked before anything is fetched.
extension Picker {
    /// Into the folder that is shown.
    mutating func bring() -> [Intent] {
        // A folder that cannot be read has said so.
        guard problem != nil || check.isOver(in: folder) else {
            takesWhenChecked = true
            return []
        }
        if check.needsName {
            var field = TextField(check.freeName)
            field.moveBeforeExtension()
            fill(.name, field)
            return []
        }
        guard check.taken.isEmpty else { return [.close, .open(Question.bring(check, to: folder))] }
        return [.close, Self.fetch(check.sources.map(\.path), to: folder)]
    }

    /// Under a name of one's own, as soon as it is known to be free.
    mutating func bring(as text: String, _ model: Model) -> [Intent] {
        guard !text.allSatisfy(\.isWhitespace) else {
            trouble = "nothing was typed; Esc leaves it"
            return []
        }
        let path = place(text, model)
        guard path.folder != nil else {
            trouble = "a file or folder needs a name"
            return []
        }
        ownName = path
        return check.ask(forOwn: path)
    }

    mutating func took(_ answer: NameCheck.Answer) -> [Intent] {
        switch answer {
        case .tooLate: return []
        case .theirs:
            guard takesWhenChecked, check.isOver(in: folder) else { return [] }
            takesWhenChecked = false
            return bring()
        case .own(let rows):
            // Something else may have been typed meanwhile, or Esc pressed.
            guard let path = ownName, field != nil, fills == .name else { return [] }
            ownName = nil
            return bring(to: path, whereIs: rows)
        }
    }

    private mutating func bring(to path: LocalPath, whereIs rows: Result<[LocalRow], Problem>) -> [Intent] {
        switch rows {
        case .failure(let problem): trouble = SafeText(problem.onScreen.title)
        case .success(let rows) where rows.contains { $0.path.lastComponent == path.lastComponent }:
            trouble = "\(SafeText(bytes: path.lastComponent)) is there already, too"
        case .success: return [.close, Self.fetch(check.sources.map(\.path), to: path)]
        }
        return []
    }

    static func fetch(_ paths: [RemotePath], to target: LocalPath) -> Intent {
        let what = Words.things(paths.count, paths[0])
        let deed = Deed("\(what) on the way to \(SafeText(target)): w shows it", count: paths.count)
        return .change(.get(sources: paths, target: target), deed)
    }
}

extension Question {
    /// Names are taken, and what that means.
    static func bring(_ check: NameCheck, to folder: LocalPath) -> Question {
        let paths = check.sources.map(\.path)
        let isOne = paths.count == 1
        let title: SafeText =
            isOne
            ? "\(SafeText(check.sources[0].name))/ is there already. Fetch what is missing in it?"
            : "\(Format.count(Int64(check.taken.count))) of \(Format.count(Int64(paths.count))) names are there already. Fetch?"
        return Question(
            title,
            [
                "Folders get what is missing in them. Files are never replaced: one that is the same is left as it is, one that is not fails, and stands among the problems."
            ], yes: "Fetch", [Picker.fetch(paths, to: folder)])
    }
}
