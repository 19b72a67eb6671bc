package import PannierCore
package import PannierScreen

/// Who has access to one file or folder: giving it, and taking it back.
package struct ShareDialog: Layer {
    package enum Focus: Sendable, Hashable {
        case addresses
        /// A line of those who have access.
        case person(Int)
        case share, close
    }

    package let row: Row
    package let path: RemotePath
    package private(set) var addresses = TextField()
    package private(set) var focus = Focus.addresses
    /// Nil until the agent has told.
    package private(set) var access: [Access]?
    package private(set) var problem: Problem?
    package private(set) var isBusy = false
    /// The first line of those with access that is shown.
    package private(set) var top = 0
    private var hasAsked = false
    /// Counts the questions who has access: an answer to any but the last one comes too late.
    private var question = 0
    /// The addresses that are being given access.
    private var sent: [String] = []

    package var context: Context { .share }

    init(_ row: Row, at path: RemotePath) {
        self.row = row
        self.path = path
    }

    /// From `shares` on, questions who has access.
    private enum Tag { static let share = 0, unshare = 1, shares = 2 }

    // MARK: Looking

    /// The addresses that were typed, each with what is wrong with it.
    package var typed: [(email: String, trouble: SafeText?)] {
        addresses.text.split { $0 == "," || $0 == ";" || $0.isWhitespace }.map { part in
            (String(part), Self.trouble(with: part, among: access ?? []))
        }
    }

    private static func trouble(with email: Substring, among access: [Access]) -> SafeText? {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !parts[1].hasSuffix("."),
            !parts[1].hasPrefix(".")
        else { return "not an e-mail address" }
        return access.contains { $0.grant.email.lowercased() == email.lowercased() } ? "has access already" : nil
    }

    /// Whether this person's access is to this very thing, and not to a folder above it.
    package func isOwn(_ access: Access) -> Bool { access.path == path }

    // MARK: Keys

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        switch action {
        case .nextField: step(1)
        case .previousField: step(-1)
        case .open:
            switch focus {
            case .addresses, .share: return share()
            case .person: return [.tell(Notice("C-x takes access away"))]
            case .close: return [.close]
            }
        case .confirm: return share()
        case .remove: return remove()
        default: return nil
        }
        return []
    }

    package mutating func type(_ key: Key, _ model: Model) -> [Intent]? {
        guard focus == .addresses else { return key == .character(" ") ? perform(.open, model) : nil }
        guard addresses.press(key) else { return nil }
        problem = nil
        return []
    }

    private var stops: [Focus] {
        [.addresses] + (access ?? []).indices.map { .person($0) } + [.share, .close]
    }

    private mutating func step(_ by: Int) {
        let stops = stops
        let index = stops.firstIndex(of: focus) ?? 0
        focus = stops[(index + by + stops.count) % stops.count]
    }

    private mutating func share() -> [Intent] {
        guard !isBusy else { return [] }
        let typed = typed
        if let wrong = typed.first(where: { $0.trouble != nil }), let trouble = wrong.trouble {
            return [.tell(Notice("\(SafeText(wrong.email)): \(trouble)", kind: .problem))]
        }
        guard !typed.isEmpty else { return [.tell(Notice("type an e-mail address, or several with commas between"))] }
        isBusy = true
        sent = typed.map(\.email)
        let name = SafeText(row.node.name)
        let words: SafeText =
            sent.count == 1
            ? "\(SafeText(sent[0])) may see \(name) now; without an account yet, as soon as there is one"
            : "\(sent.count) people may see \(name) now; those without an account yet, as soon as they have one"
        return [
            .change(.share(path: path, emails: sent, role: .viewer, expected: row.node.id), Deed(words, tag: Tag.share))
        ]
    }

    private mutating func remove() -> [Intent] {
        guard !isBusy else { return [] }
        guard case .person(let index) = focus, let access, access.indices.contains(index) else {
            return [.tell(Notice("Tab goes to a person; C-x takes the access away"))]
        }
        let person = access[index]
        guard isOwn(person) else {
            return [.tell(Notice("this comes with \(SafeText(person.path)): take it away there"))]
        }
        isBusy = true
        let email = person.grant.email
        let deed = Deed("\(SafeText(email)) may not see \(SafeText(row.node.name)) any more", tag: Tag.unshare)
        return [.change(.unshare(path: path, email: email), deed)]
    }

    // MARK: Answers

    package mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        if case .link(.opened) = message { (hasAsked, isBusy, problem) = (false, false, nil) }
        guard !hasAsked, model.link == .open else { return [] }
        hasAsked = true
        question += 1
        return [.ask(.shares(path: path), tag: Tag.shares + question)]
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        if tag >= Tag.shares {
            guard tag == Tag.shares + question else { return [] }
            return list(answer)
        }
        isBusy = false
        if case .failure(let problem) = answer {
            self.problem = problem
            return []
        }
        problem = nil
        hasAsked = false
        if tag == Tag.share {
            forgetSent()
        } else {
            // The lines move up: a key that is held must not go on with whoever comes next.
            focus = .addresses
        }
        return []
    }

    private mutating func list(_ answer: Result<EngineReply, Problem>) -> [Intent] {
        switch answer {
        case .failure(let problem): self.problem = problem
        case .success(.access(let told)):
            if case .person(let index) = focus {
                let id = access?[index].grant.id
                focus = told.firstIndex { $0.grant.id == id }.map { .person($0) } ?? .addresses
            }
            access = told
        case .success: problem = Problem(.internalError, "The agent gave an answer to something else.")
        }
        return []
    }

    /// What was typed since they were sent stays.
    private mutating func forgetSent() {
        let all = typed.map(\.email)
        let rest = all.filter { !sent.contains($0) }
        if rest.count < all.count { addresses.set(rest.joined(separator: ", ")) }
        sent = []
    }

    // MARK: Mouse

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        guard let place = mouse.click else { return [] }
        let box = ShareBox(self, in: model.size)
        guard box.frame.holds(place) else { return [.close] }
        if box.field.holds(place) { focus = .addresses }
        if box.share.holds(place) { return share() }
        if box.close.holds(place) { return [.close] }
        for (index, line) in box.people where line.holds(place) {
            focus = .person(index)
            // The second half of a double click may meet another person's line.
            let isDouble = if case .double = mouse.deed { true } else { false }
            if box.remove(of: line).holds(place), !isDouble { return remove() }
        }
        return []
    }
}
