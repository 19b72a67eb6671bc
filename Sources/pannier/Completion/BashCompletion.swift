/// What the parser's script for bash lacks.
///
/// bash takes words apart at colons and equals signs and has only the last part completed, which that script does not
/// expect. And it asks for words to be taken as names of files, which bash quotes; but not a `$` or a backquote that could
/// begin an expansion, and it expands some of that itself. Names come from other people: here they are quoted, and bash
/// does nothing with them. Only files of this machine are left to bash, as they are for every command.
enum BashCompletion {
    /// Stands behind that script.
    static let addition = #"""

        # As above; tells whether it is about files of this machine.
        __pannier_add_completions() {
            local completion
            if [[ "${1}" != -W ]]; then is_local=1; fi
            while IFS='' read -r completion; do
                COMPREPLY+=("${completion}")
            done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
        }

        # Takes the line up to the cursor apart at its spaces, and offers what goes on from where bash begins to complete.
        _pannier_whole_words() {
            local -r line="${COMP_LINE:0:COMP_POINT}"
            local IFS=$' \t\n' character quote='' word='' plain='' before=''
            local -a words=()
            local -i index is_local=0
            for ((index = 0; index < ${#line}; index++)); do
                # What bash leaves as it is.
                if ((index == ${#line} - ${#2})); then before="${plain}"; fi
                character="${line:index:1}"
                if [[ "${character}" = '\' && "${quote}" != "'" ]]; then
                    word+="${line:index:2}"
                    index+=1
                    plain+="${line:index:1}"
                elif [[ -n "${quote}" && "${character}" = "${quote}" ]]; then
                    word+="${character}"
                    quote=''
                elif [[ -z "${quote}" && "${character}" = ["'\""] ]]; then
                    word+="${character}"
                    quote="${character}"
                elif [[ -z "${quote}" && "${character}" = [[:space:]] ]]; then
                    if [[ -n "${word}" ]]; then words+=("${word}"); fi
                    word='' plain=''
                elif [[ -z "${quote}" && "${character}" = '=' && "${word}" = --* ]]; then
                    words+=("${word}")
                    word='' plain=''
                else
                    word+="${character}"
                    plain+="${character}"
                fi
            done
            if [[ -z "${2}" ]]; then before="${plain}"; fi
            words+=("${word}")

            local COMP_LINE
            printf -v COMP_LINE '%s ' "${words[@]}"
            COMP_LINE="${COMP_LINE% }"
            local -a COMP_WORDS=("${words[@]}")
            local -i COMP_CWORD=$((${#words[@]} - 1)) COMP_POINT=${#COMP_LINE}
            COMPREPLY=()
            if ((COMP_CWORD > 0)); then
                _pannier "${1}" "${word}" "${words[COMP_CWORD - 1]}"
                trap - RETURN
            fi
            if ((is_local)); then
                compopt -o filenames 2> /dev/null
            fi
            _pannier_offer
        }

        # Leaves out what stands there already, and quotes the rest: it is put into the line as it is.
        _pannier_offer() {
            local -a replies=()
            local reply
            for reply in "${COMPREPLY[@]}"; do
                if [[ "${reply}" != "${before}"* ]]; then continue; fi
                reply="${reply:${#before}}"
                if ((is_local)); then
                    replies+=("${reply}")
                elif [[ -z "${quote}" ]]; then
                    printf -v reply '%q' "${reply}"
                    replies+=("${reply}")
                elif [[ "${quote}" = "'" ]]; then
                    replies+=("${reply//\'/"'\\''"}")
                elif [[ "${reply}" != *'!'* ]]; then
                    # Between double quotes nothing can keep bash from looking for a command of old behind this sign.
                    reply="${reply//\\/\\\\}"
                    reply="${reply//\"/\\\"}"
                    reply="${reply//\$/\\\$}"
                    replies+=("${reply//\`/\\\`}")
                fi
            done
            COMPREPLY=("${replies[@]}")
            # Behind a folder something may follow.
            if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" = */ ]]; then
                compopt -o nospace 2> /dev/null
            fi
        }
        complete -F _pannier_whole_words pannier

        """#
}
