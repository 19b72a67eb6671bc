import PannierApp
import PannierCore
import PannierScreen

/// pannier-keys(7), made from the tables of keys.
enum KeysPage {
    static let text = (head + Context.allCases.flatMap(section) + commandLine + tail).joined(separator: "\n") + "\n"

    private static let head = #"""
        .\" Made from the tables of keys by the tests of PannierApp, with PANNIER_RECORD=1: change those.
        .Dd November 23, 2026
        .Dt PANNIER-KEYS 7
        .Os
        .Sh NAME
        .Nm pannier-keys
        .Nd keys of the full screen of pannier
        .Sh DESCRIPTION
        These are the keys of the full screen of
        .Xr pannier 1
        as they come with it;
        .Pa keymap.toml
        changes them, see
        .Xr pannier-config 5 .
        On the screen
        .Ic \&?
        lists those that work in the place where it is pressed, and runs what is chosen.
        .Pp
        .Li C-a
        is Control and a.
        Keys with a space between them are pressed one after another; after the first of them the screen shows which may
        follow.
        .Li F1
        to
        .Li F10
        are also
        .Li Esc
        and, within a second,
        .Li 1
        to
        .Li 9
        and
        .Li 0 .
        The word in parentheses is the name of what a key does, behind
        .Ql \&:
        on the screen and in
        .Pa keymap.toml .
        Some do the same as a command in a shell, which stands behind it.
        .Pp
        The mouse moves to what is clicked, marks it with Control, opens it with two clicks, shows what can be done with
        the right button, and presses the keys that are named in the last lines.
        A click on the head of a column sorts the pane by it, and another one turns the order round; a click on the number
        of problems in the first line shows them.
        .Sh MARKS
        Before each name stands how it is with it; in terminals without these signs, those in parentheses.
        .Bl -tag -width "mmmmm" -compact
        .It Sy \[u2713] Pq Li v
        The same on both sides: what the server has stands in the synced folder.
        .It Sy \[u2191] \[u2193] Pq Li \(ha _
        On its way to the server, or from there.
        .It Sy \[u25CF] Pq Li +
        Waits: it, or something in it, has still to be carried over to one side.
        .It Sy \[u25CB] Pq Li o
        On the server alone.
        .It Sy \(ti
        As it was last seen: the server is not asked all the time or cannot be reached, or the synced folder is not there or
        not looked at yet.
        .It Sy \[u2016] Pq Li \(dq
        Paused.
        .It Sy #
        Ignored in the synced folder.
        .It Sy !\&
        Needs somebody:
        .Ic \&!
        says why.
        .It Sy *
        Marked.
        .El
        """#.split(separator: "\n").map(String.init)

    private static let tail = #"""
        .Sh SEE ALSO
        .Xr pannier 1 ,
        .Xr pannier-config 5
        """#.split(separator: "\n").map(String.init)

    // MARK: Sections

    private static func section(of context: Context) -> [String] {
        let table = Keymap.standard.bindings(in: context)
        var lines = [".Sh \(context.title.text.uppercased())"]
        lines += [".Ql \(context.rawValue)", "in", ".Pa keymap.toml ."]
        if context.takesText { lines.append("All other keys are text.") }
        // Short tables need no headings.
        guard table.count > 16 else { return lines + list(table) }
        for tag in Binding.Tag.allCases {
            let some = table.filter { $0.tag == tag }
            if !some.isEmpty { lines += [".Ss \(tag.rawValue)"] + list(some) }
        }
        return lines
    }

    private static func list(_ table: [Binding]) -> [String] {
        [".Bl -tag -width \"C-a, Insert\" -compact"] + table.flatMap(entry) + [".El"]
    }

    private static func entry(_ binding: Binding) -> [String] {
        let keys = binding.keys.map { "\"" + escaped(Binding.name(of: $0)) + "\"" }.joined(separator: " , ")
        var lines = [".It Ic " + (keys.isEmpty ? "\\&:" + escaped(binding.action.rawValue) : keys)]
        lines += [sentence(binding.word.text), ".Pq " + escaped(binding.action.rawValue)]
        if let command = binding.command { lines += [".br", ".Ql \"\(escaped(command.text))\""] }
        return lines
    }

    private static var commandLine: [String] {
        let names = Action.allCases.filter(\.takesWords).map { escaped($0.rawValue) }.joined(separator: " , ")
        return [
            ".Sh COMMAND LINE", "Behind", ".Ql \\&:", "any name of the file pane can be typed.", "Words may follow",
            ".Ic \(names) ,", "as in", ".Ql \":mkdir film/cuts\"", "or", ".Ql \":share mia@example.org\" .",
        ]
    }

    // MARK: Text

    /// Nothing in it is a request, a delimiter or an escape.
    private static func escaped(_ text: String) -> String {
        let signs: [Character: String] = [
            "\\": "\\e", "-": "\\-", "~": "\\(ti", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "\"": "\\(dq",
        ]
        let isSign = text.first.map { !$0.isLetter && !$0.isNumber && signs[$0] == nil } ?? false
        return (isSign ? "\\&" : "") + text.map { signs[$0] ?? String($0) }.joined()
    }

    /// With a capital, and safe at the beginning of a line.
    private static func sentence(_ text: String) -> String {
        escaped(text.prefix(1).uppercased() + text.dropFirst())
    }
}
