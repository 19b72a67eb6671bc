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
        return Self.wholeWords
    }

    /// bash takes a word apart at its colons, and wants only the last part of it completed.
    private static let wholeWords = """

        # Puts the parts of shared:/… together again, and leaves out of what is offered what bash has already.
        _pannier_whole_words() {
            local -a words=()
            local -i index cword=0
            local word last=''
            for ((index = 0; index < ${#COMP_WORDS[@]}; index++)); do
                word="${COMP_WORDS[index]}"
                if [[ ("${last}" = shared && "${word}" = :) || ("${last}" = shared: && "${word}" = /*) ]]; then
                    last+="${word}"
                    words[${#words[@]} - 1]="${last}"
                else
                    last="${word}"
                    words+=("${word}")
                fi
                if ((index == COMP_CWORD)); then
                    cword=$((${#words[@]} - 1))
                fi
            done
            local -a COMP_WORDS=("${words[@]}")
            local -i COMP_CWORD=${cword}
            _pannier "${1}" "${words[cword]}" "${words[cword - 1]}"
            if [[ "${words[cword]}" = shared:* ]]; then
                COMPREPLY=("${COMPREPLY[@]#shared:}")
            fi
        }
        complete -o filenames -F _pannier_whole_words pannier

        """
}
