package import PannierCore
package import PannierScreen

/// Where, as whom, and the password.
package struct SignIn: Layer {
    package enum Focus: Int, Sendable, CaseIterable { case server, email, password, button }

    package private(set) var server: TextField
    package private(set) var email: TextField
    package private(set) var password = TextField(isSecret: true)
    package private(set) var focus = Focus.server
    package private(set) var showsPassword = false
    package private(set) var probe: Result<ServerProbe, Problem>?
    package private(set) var isBusy = false
    package private(set) var problem: Problem?
    /// The address that was asked last.
    private var probed = ""
    /// Counts the probes: an answer to any but the last one comes too late.
    private var probes = 0

    package var context: Context { .signIn }

    init(server: String?, email: String?) {
        self.server = TextField(server ?? "https://")
        self.email = TextField(email ?? "")
        if server != nil { focus = email == nil ? .email : .password }
    }

    /// From `probe` on, probes.
    private enum Tag { static let signIn = 0, probe = 1 }

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        switch action {
        case .nextField: return step(1)
        case .previousField: return step(-1)
        case .view: showsPassword.toggle()
        case .confirm:
            // In a field that is not the last one, Enter goes on.
            if focus == .server || (focus == .email && password.isEmpty) { return step(1) }
            return signIn(model)
        default: return nil
        }
        return []
    }

    package mutating func type(_ key: Key, _ model: Model) -> [Intent]? {
        problem = nil
        switch focus {
        case .server:
            guard server.press(key) else { return nil }
            // A whole address was typed or pasted behind the beginning that stood there.
            if ["https://http://", "https://https://"].contains(where: server.text.hasPrefix) {
                server = TextField(String(server.text.dropFirst("https://".count)))
            }
            if server.text != probed { forgetProbe() }
            return []
        case .email: return email.press(key) ? [] : nil
        case .password: return password.press(key) ? [] : nil
        case .button: return nil
        }
    }

    private mutating func step(_ by: Int) -> [Intent] {
        let all = Focus.allCases
        focus = all[(focus.rawValue + by + all.count) % all.count]
        return ask()
    }

    /// What was found out is about another address.
    private mutating func forgetProbe() {
        (probed, probe) = ("", nil)
        probes += 1
    }

    /// Whether the server is there, once for each address.
    private mutating func ask() -> [Intent] {
        guard focus != .server, server.text != probed, server.text.count > "https://".count else { return [] }
        forgetProbe()
        probed = server.text
        return [.ask(.probe(server: server.text), tag: Tag.probe + probes)]
    }

    private mutating func signIn(_ model: Model) -> [Intent] {
        guard !isBusy else { return [] }
        guard model.link == .open else { return [.tell(Notice("the agent is not there yet; it is being started"))] }
        for (field, focus, words) in [
            (server, Focus.server, "the address of a server"), (email, .email, "an e-mail address"),
            (password, .password, "the password"),
        ] where field.isEmpty {
            self.focus = focus
            return [.tell(Notice("\(words) is needed"))]
        }
        isBusy = true
        problem = nil
        let request = EngineCommand.SignInRequest(
            server: server.text, email: email.text, password: password.text, device: model.surroundings.device)
        return [.change(.signIn(request), Deed("signed in as \(SafeText(email.text))", tag: Tag.signIn))]
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        if tag >= Tag.probe {
            guard tag == Tag.probe + probes else { return [] }
            switch answer {
            case .success(.probe(let told)): probe = .success(told)
            case .success: probe = nil
            case .failure(let problem): probe = .failure(problem)
            }
            return []
        }
        isBusy = false
        switch answer {
        case .success: return [.close]
        case .failure(let problem):
            self.problem = problem
            // Typed well, it can be sent again when the server is there.
            guard problem.code == .signInFailed else { return [] }
            password.set("")
            focus = .password
            return []
        }
    }

    package mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        if case .link(.lost) = message { isBusy = false }
        if case .link(.opened) = message {
            (isBusy, problem) = (false, nil)
            forgetProbe()
            return ask()
        }
        return []
    }

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        guard let place = mouse.click else { return [] }
        let box = SignInBox(in: model.size)
        for (focus, rect) in box.fields where rect.holds(place) { self.focus = focus }
        return box.button.holds(place) ? signIn(model) : ask()
    }
}
