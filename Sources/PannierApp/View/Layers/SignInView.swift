import PannierCore
import PannierScreen

/// Where the parts of the sign-in stand.
struct SignInBox {
    let frame: Rect
    private(set) var fields: [(SignIn.Focus, Rect)] = []
    let side: Rect
    let button: Rect
    let words: Rect
    static let label = 11
    static let buttonWords: SafeText = "Sign in"

    init(in size: Size) {
        frame = Dialog.frame(size, columns: 80, rows: 18)
        var inside = frame.inside.narrowed(by: 2)
        _ = inside.cutTop(inside.rows >= 12 ? 5 : 1)
        var top = inside.cutTop(3)
        _ = top.cutLeft(Self.label)
        side = top.cutRight(min(26, top.columns / 3))
        _ = top.cutRight(1)
        fields = [SignIn.Focus.server, .email, .password].enumerated().map { ($1, top.line($0)) }
        _ = inside.cutTop(1)
        let row = inside.cutTop(1)
        button = Rect(
            row: row.row, column: row.column + Self.label, columns: Dialog.width(ofButton: Self.buttonWords),
            rows: row.rows)
        _ = inside.cutTop(1)
        words = inside
    }
}

enum SignInView {
    static func draw(_ dialog: SignIn, _ model: Model, _ frame: inout Frame) {
        let box = SignInBox(in: model.size)
        Dialog.draw(box.frame, title: "Sign in", keys: Dialog.keys(model, .signIn), model.glyphs, &frame)
        title(box, &frame)
        for (focus, rect) in box.fields {
            let isFocused = dialog.focus == focus
            frame.text(
                label(focus), row: rect.row, column: rect.column - SignInBox.label, width: SignInBox.label,
                style: Style(isFocused ? .strong : .text, on: .dialog))
            FieldView.draw(
                field(focus, dialog), in: rect, isFocused: isFocused, showsSecret: dialog.showsPassword, model.glyphs,
                &frame)
        }
        probe(dialog, model, in: box.side.line(0), &frame)
        let words: SafeText = dialog.isBusy ? "signing in" : SignInBox.buttonWords
        Dialog.button(words, in: box.button, isFocused: dialog.focus == .button, &frame)
        below(dialog, model, in: box.words, &frame)
    }

    private static func title(_ box: SignInBox, _ frame: inout Frame) {
        let inside = box.frame.inside
        guard inside.rows >= 12 else { return }
        frame.text(
            "pannier  \(PannierVersion.text)", row: inside.row + 1, column: inside.column, width: inside.columns,
            style: Style(.accent, on: .dialog), align: .centre)
        frame.text(
            "files in your terminal, on your own server", row: inside.row + 2, column: inside.column,
            width: inside.columns, style: Style(.quiet, on: .dialog), align: .centre)
    }

    private static func label(_ focus: SignIn.Focus) -> SafeText {
        switch focus {
        case .server: "Server"
        case .email: "E-mail"
        case .password: "Password"
        case .button: ""
        }
    }

    private static func field(_ focus: SignIn.Focus, _ dialog: SignIn) -> TextField {
        switch focus {
        case .server, .button: dialog.server
        case .email: dialog.email
        case .password: dialog.password
        }
    }

    private static func probe(_ dialog: SignIn, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        let words: SafeText
        let ink: ColourRole
        switch dialog.probe {
        case .success(let probe):
            words = "\(model.glyphs.verified) reached, \(probe.latencyMilliseconds) ms"
            ink = probe.isEncrypted ? .good : .warning
        case .failure: (words, ink) = ("\(model.glyphs.trouble) not reached", .bad)
        case nil: return
        }
        frame.text(
            words, row: rect.row, column: rect.column, width: rect.columns, style: Style(ink, on: .dialog),
            ellipsis: model.glyphs.ellipsis)
    }

    private static let unsafe: SafeText = "Not encrypted: whoever is on the way can read the password."

    private static func below(_ dialog: SignIn, _ model: Model, in rect: Rect, _ frame: inout Frame) {
        var problem = dialog.problem
        if problem == nil, case .failure(let why) = dialog.probe { problem = why }
        if let problem {
            frame.paragraph(
                "\(model.glyphs.trouble) \(SafeText(problem.onScreen.description))", in: rect,
                style: Style(.bad, on: .dialog),
                ellipsis: model.glyphs.ellipsis)
            return
        }
        var rect = rect
        if case .success(let probe) = dialog.probe, !probe.isEncrypted {
            let used = frame.paragraph(
                unsafe, in: rect, style: Style(.warning, on: .dialog), ellipsis: model.glyphs.ellipsis)
            _ = rect.cutTop(used)
        }
        let words: SafeText =
            "The address is your server's, such as https://files.example.org. Accounts are made there with "
            + "pannier-server user add. Nothing is kept of the password; this device gets a token of its own."
        frame.paragraph(words, in: rect, style: Style(.quiet, on: .dialog), ellipsis: model.glyphs.ellipsis)
    }
}
