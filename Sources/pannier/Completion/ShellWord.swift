import ArgumentParser
import PannierCore

/// Words between a shell and a program that completes them. Names come from other people: none may do anything in the
/// shell but stand there.
enum ShellWord {
    /// What a word means that the shell that asks has handed on as it was typed.
    static func asked(_ typed: String) -> String {
        // Before its version 4, fish takes the quotes out itself.
        let version = CompletionShell.requestingVersion.flatMap { $0.split(separator: ".").first }.flatMap { Int($0) }
        if CompletionShell.requesting == .fish, let version, version < 4 { return typed }
        return unquoted(typed)
    }

    /// Quotes and backslashes are taken out, also of quotes that are not closed yet.
    static func unquoted(_ typed: String) -> String {
        var text = ""
        var quote: Character?
        var rest = typed[...]
        while let character = rest.popFirst() {
            if character == "\\", quote != "'" {
                guard let next = rest.popFirst() else { break }
                // Between double quotes, a backslash is one before most characters.
                if quote == "\"", !"$`\"\\".contains(next) { text.append(character) }
                text.append(next)
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                text.append(character)
            }
        }
        return text
    }

    /// Whether it can be shown as it is. A backslash can: it is only spelled otherwise on a screen.
    static func isSafe(_ word: String) -> Bool {
        let word = word.replacing("\\", with: "")
        return !word.isEmpty && SafeText(word).text == word
    }

    static func offered(_ word: String) -> String { offered(word, to: .requesting) }

    /// As the completion script of a shell takes it. That of bash has words expanded, commands in them and all, unless
    /// they are quoted; that of zsh has what describes a word behind a colon.
    static func offered(_ word: String, to shell: CompletionShell?) -> String {
        switch shell {
        case .some(.bash): "'" + word.replacing("'", with: "'\\''") + "'"
        case .some(.zsh): word.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
        default: word
        }
    }
}
