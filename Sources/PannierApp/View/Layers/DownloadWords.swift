import PannierCore

/// What a download into the folder that is shown would do, before it does it: nothing there is ever replaced.
struct DownloadWords {
    let first: SafeText
    let second: SafeText

    init(_ picker: Picker) {
        let check = picker.check
        let sources = check.sources
        if picker.problem != nil || check.taken.isEmpty {
            first = "s brings it into this folder. Enter goes into the folder under the cursor."
            second = "What is there already is never replaced."
        } else if sources.count > 1 {
            let known = min(sources.count, NameCheck.namesAtMost)
            let all: SafeText = known < sources.count ? "the first \(known)" : "\(known)"
            first = "\(check.taken.count) of \(all) names are there already: \(Self.some(check))"
            second = "Nothing there is replaced. s asks before it brings the rest."
        } else {
            (first, second) = Self.one(sources[0], check)
        }
    }

    private static func one(_ source: NameCheck.Source, _ check: NameCheck) -> (SafeText, SafeText) {
        let name = SafeText(source.name)
        guard check.needsName, let there = check.taken[0] else {
            return (
                "\(name)/ is there already: it gets what is missing in it.",
                "Files in it are never replaced. s asks first."
            )
        }
        let another: SafeText = "s asks for another name: \(SafeText(check.freeName))"
        let what: SafeText =
            switch there.kind {
            case _ where there.isFolder: "That is a folder."
            case .file where source.isFolder: "That is a file."
            case .file: there.size == source.size ? "Same size." : "Other content."
            case .folder, .link, .other: "That is no file."
            }
        return ("\(name) is there already: never replaced. \(what)", another)
    }

    private static func some(_ check: NameCheck) -> SafeText {
        var text: SafeText = ""
        for index in check.taken.keys.sorted() {
            text.append((text.isEmpty ? "" : ", ") + SafeText(check.sources[index].name))
        }
        return text
    }
}
