import ArgumentParser

/// What a shell wants of the program to complete command lines.
enum CompletionRequest: Equatable {
    /// `--generate-completion-script bash`: the script that it reads once.
    case script(shell: String?)
    /// `---completion …`: words for the place of the cursor, asked by that script.
    case words

    private static let option = "--generate-completion-script"

    /// Nil for a command line that is none.
    init?(_ arguments: [String]) {
        if arguments.first == "---completion" {
            self = .words
        } else if let index = arguments.firstIndex(of: Self.option) {
            self = .script(shell: arguments.dropFirst(index + 1).first)
        } else if let word = arguments.first(where: { $0.hasPrefix(Self.option + "=") }) {
            self = .script(shell: String(word.dropFirst(Self.option.count + 1)))
        } else {
            return nil
        }
    }

    /// What stands behind the script that the parser of arguments makes.
    var addition: String {
        guard case .script(let shell) = self, shell ?? CompletionShell.autodetected()?.rawValue == "bash" else {
            return ""
        }
        return BashCompletion.addition
    }
}
