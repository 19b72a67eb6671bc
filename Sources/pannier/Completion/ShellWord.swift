import ArgumentParser

/// Words between a shell and a program that completes them.
enum ShellWord {
    /// What a word means that is being typed: quotes and backslashes are taken out, also those that are not closed yet.
    static func unquoted(_ typed: String) -> String {
        var text = ""
        var quote: Character?
        var isEscaped = false
        for character in typed {
            if isEscaped {
                text.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
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

    /// A word as the completion script of a shell takes it. Names come from other people: in bash the script has them
    /// expanded, commands and all, unless they are quoted.
    static func offered(_ word: String, to shell: CompletionShell?) -> String {
        switch shell {
        case .some(.bash): "'" + word.replacing("'", with: "'\\''") + "'"
        // Behind a colon stands what describes the word.
        case .some(.zsh): word.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
        default: word
        }
    }
}
