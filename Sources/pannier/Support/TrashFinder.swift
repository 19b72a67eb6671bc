import PannierCore

/// What a person named in the trash.
enum TrashWish: Hashable {
    case path(RemotePath)
    /// The first digits of an id, or all of them.
    case id(String)

    var text: String {
        switch self {
        case .path(let path): path.description
        case .id(let digits): digits
        }
    }

    func fits(_ row: Row) -> Bool {
        switch self {
        case .path(let path): row.origin == path && (!path.isFolderMeant || row.node.kind == .folder)
        case .id(let digits): row.node.id.description.hasPrefix(digits)
        }
    }
}

/// Finds what was named among all that is in the trash; keeps no more of it.
struct TrashFinder {
    private let wishes: [TrashWish]
    private var found: [[Row]]

    /// Rows that are told of a name that means several.
    private static let told = 5

    init(_ wishes: [TrashWish]) {
        self.wishes = wishes
        found = wishes.map { _ in [] }
    }

    mutating func look(at row: Row) {
        for place in wishes.indices where wishes[place].fits(row) && found[place].count <= Self.told {
            found[place].append(row)
        }
    }

    /// What is to be restored, each once; and names that mean nothing, or several things.
    var outcome: (rows: [Row], missed: [Refusal]) {
        var (rows, seen, missed): ([Row], Set<NodeID>, [Refusal]) = ([], [], [])
        for (wish, found) in zip(wishes, found) {
            guard let row = found.first, found.count == 1 else {
                missed.append(Refusal(path: wish.text, problem: Self.problem(wish, found)))
                continue
            }
            if seen.insert(row.node.id).inserted { rows.append(row) }
        }
        return (rows, missed)
    }

    private static func problem(_ wish: TrashWish, _ rows: [Row]) -> Problem {
        guard !rows.isEmpty else {
            return Problem(
                .notFound, "There is no \(wish.text) in the trash.", detail: "`pannier trash` lists what is there.",
                status: 0)
        }
        let names = rows.prefix(told).map { row in
            let when = row.node.trashedAt.map { " of \(Format.minute($0))" } ?? ""
            let kind = row.node.kind == .folder ? "the folder" : "the file"
            return "\(TrashedID.text(row.node.id)) (\(kind)\(when))"
        }
        return Problem(
            .notFound, "More than one \(wish.text) is in the trash: say which, with --id.",
            detail: "They are \(names.joined(separator: ", "))\(rows.count > told ? " and more" : "").", status: 0)
    }
}

/// Things in the trash by the first digits of their ids.
enum TrashedID {
    static func text(_ id: NodeID) -> String { String(id.description.prefix(12)) }

    /// Digits as typed.
    /// - Throws: ``Problem`` `badRequest` for what can be no id.
    static func parse(_ typed: PathArgument) throws(Problem) -> String {
        let digits = ByteText.text(of: typed.bytes).lowercased()
        guard digits.count <= 32, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw Problem(
                .badRequest, "“\(digits)” is no id.", detail: "`pannier trash -l` prints them. Nothing was changed.",
                status: 0)
        }
        return digits
    }
}
