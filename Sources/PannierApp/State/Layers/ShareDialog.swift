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

    package var context: Context { .share }

    init(_ row: Row, at path: RemotePath) {
        self.row = row
        self.path = path
    }

    private enum Tag { static let shares = 0, share = 1, unshare = 2 }

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
        return [.ask(.share(path: path, emails: typed.map(\.email), role: .viewer), tag: Tag.share)]
    }

    private mutating func remove() -> [Intent] {
        guard case .person(let index) = focus, let access, access.indices.contains(index) else {
            return [.tell(Notice("Tab goes to a person; C-x takes the access away"))]
        }
        let person = access[index]
        guard isOwn(person) else {
            return [.tell(Notice("this comes with \(SafeText(person.path)): take it away there"))]
        }
        isBusy = true
        return [.ask(.unshare(path: path, email: person.grant.email), tag: Tag.unshare)]
    }

    // MARK: Answers

    package mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        if case .link(.opened) = message { hasAsked = false }
        guard !hasAsked, model.link == .open else { return [] }
        hasAsked = true
        return [.ask(.shares(path: path), tag: Tag.shares)]
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        isBusy = false
        switch answer {
        case .failure(let problem):
            self.problem = problem
            return []
        case .success(.access(let told)) where tag == Tag.shares:
            access = told
        case .success(.access):
            let count = typed.count
            let name = SafeText(row.node.name)
            let people: SafeText = count == 1 ? SafeText(typed[0].email) : "\(count) people"
            addresses.set("")
            hasAsked = false
            return [.tell(Notice("\(people) may see \(name) now"))]
        case .success:
            hasAsked = false
            if tag == Tag.unshare { return [.tell(Notice("access was taken away"))] }
        }
        problem = nil
        if case .person(let index) = focus, index >= access?.count ?? 0 { focus = .addresses }
        return []
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
            if box.remove(of: line).holds(place) { return remove() }
        }
        return []
    }
}
