import PannierCore
import PannierMirror
import PannierSync

/// What was heard while a program worked, and when. As text: a line for each event, with milliseconds since the beginning,
/// what happened, the folder where it is not the first one, and the name: `12 movedAway#1 2/a.txt`.
struct WatchRecording {
    var events: [(at: Milliseconds, event: WatchEvent)] = []

    init() {}

    init(_ text: String) throws {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, let at = Milliseconds(parts[0]) else { throw Unreadable(line: String(line)) }
            events.append((at, try Self.event(parts[1], parts[2], line)))
        }
    }

    struct Unreadable: Error { let line: String }

    var text: String {
        events.map { at, event in
            guard case .name(let name, let change, let folder) = event else { return "\(at) \(event)" }
            let place = folder.number == 1 ? "" : "\(folder.number)/"
            return "\(at) \(Self.words(change)) \(place)\(String(decoding: name, as: UTF8.self))"
        }.joined(separator: "\n")
    }

    private static let changes: [(String, NameChange)] = [
        ("made", .made), ("removed", .removed), ("written", .written), ("closed", .closed), ("touched", .touched),
    ]

    private static func words(_ change: NameChange) -> String {
        switch change {
        case .movedAway(let number): "movedAway#\(number)"
        case .movedHere(let number): "movedHere#\(number)"
        default: changes.first { $0.1 == change }?.0 ?? ""
        }
    }

    private static func event(_ what: Substring, _ place: Substring, _ line: Substring) throws -> WatchEvent {
        let slash = place.split(separator: "/", maxSplits: 1)
        let folder = slash.count == 2 ? Int64(slash[0]) : 1
        let move = what.split(separator: "#")
        let number = move.count == 2 ? UInt32(move[1]) : nil
        guard let folder, let name = slash.last else { throw Unreadable(line: String(line)) }
        let change: NameChange? =
            switch (move.first, number) {
            case ("movedAway", let number?): .movedAway(number)
            case ("movedHere", let number?): .movedHere(number)
            default: changes.first { $0.0 == what }?.1
            }
        guard let change else { throw Unreadable(line: String(line)) }
        return .name(Array(name.utf8), change, in: LocalID(folder))
    }

    // MARK: - Played

    /// A look that was asked for.
    struct Look {
        let at: Milliseconds
        let news: FolderNews
    }

    /// Gives it all to a cleaner as it came, and asks that as often as it wants to be asked.
    func looks() -> [Look] {
        var cleaner = WatchCleaner()
        var looks: [Look] = []
        func ask(until end: Milliseconds) {
            while let due = cleaner.nextDue(), due <= end {
                let news = cleaner.due(now: due)
                precondition(!news.isEmpty, "it says that it is due, and then has nothing to tell")
                looks += news.folders.map { Look(at: due, news: $0) }
            }
        }
        for (at, event) in events {
            ask(until: at - 1)
            cleaner.take([event], now: at)
        }
        ask(until: .max)
        return looks
    }

    /// When something was last heard of a name; of any, when it is nil.
    func end(of name: String? = nil) -> Milliseconds {
        events.last { _, event in
            guard let name, case .name(let other, _, _) = event else { return name == nil }
            return other == Array(name.utf8)
        }?.at ?? 0
    }
}
