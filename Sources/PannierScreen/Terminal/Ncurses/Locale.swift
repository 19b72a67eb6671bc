import Glibc

/// Makes the C library read and write the person's characters.
package enum TerminalLocale {
    /// Sets the character type of the process. Where the environment names none, or one in UTF-8 that is not installed,
    /// C.UTF-8 is tried: a terminal of today speaks it. Returns whether it is UTF-8 in the end.
    static func adopt(environment: [String: String]) -> Bool {
        let named = wanted(environment)
        let isFound = named != nil && setlocale(LC_CTYPE, "") != nil
        if !isFound, named.map(isUTF8) ?? true { _ = setlocale(LC_CTYPE, "C.UTF-8") }
        return isUTF8(String(cString: nl_langinfo(Int32(CODESET))))
    }

    /// The first of the three that is set decides, as POSIX has it.
    package static func wanted(_ environment: [String: String]) -> String? {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            if let value = environment[name], !value.isEmpty { return value }
        }
        return nil
    }

    package static func isUTF8(_ name: String) -> Bool {
        let folded = name.lowercased()
        return folded.hasSuffix("utf-8") || folded.hasSuffix("utf8") || folded.contains("utf-8@")
            || folded.contains("utf8@")
    }
}
