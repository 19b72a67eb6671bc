package import PannierScreen

/// What keymap.toml says: bindings that come before those of the program, behind them, or in their place. Of two
/// bindings of the same keys, the first one counts.
package struct KeymapFile: Sendable, Equatable {
    /// Keys pressed one after another, and the name of what they do.
    package struct Entry: Sendable, Equatable {
        package let keys: [Key]
        package let action: String
        /// The part of the screen where they count; nil for every part that knows the action.
        package let context: String?
        /// Where it stands in the file.
        let place: TextPlace?
    }

    package var prepend: [Entry] = []
    package var append: [Entry] = []
    /// Nil where the program's own bindings stay.
    package var replace: [Entry]?
    private let file: String

    package init() { file = "keymap.toml" }

    /// - Parameter file: how messages name it.
    package init(text: String, file: String, faults: inout [SettingsFault]) {
        self.file = file
        do {
            guard case .table(let nodes) = try TOMLNode(text: text, file: file).value else { return }
            var reader = TableReader(nodes, file: file, noun: "list of keys")
            prepend = Self.entries("prepend", &reader) ?? []
            append = Self.entries("append", &reader) ?? []
            replace = Self.entries("replace", &reader)
            faults += reader.finish()
        } catch {
            faults.append(error as? SettingsFault ?? SettingsFault(file: file, reason: "\(error)"))
        }
    }

    /// Faults of the entries whose action or context is unknown. Only the screen knows what there is to do.
    /// - Parameter actions: what a keymap may name.
    package func faults(actions: Set<String>, contexts: Set<String>) -> [SettingsFault] {
        (prepend + append + (replace ?? [])).flatMap { entry in
            [
                fault(of: entry, "action", entry.action, known: actions),
                entry.context.flatMap { fault(of: entry, "part of the screen", $0, known: contexts) },
            ].compactMap { $0 }
        }
    }

    private func fault(of entry: Entry, _ noun: String, _ word: String, known: Set<String>) -> SettingsFault? {
        guard !known.contains(word) else { return nil }
        let likely = Likeness.best(for: word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        return SettingsFault(file: file, place: entry.place, reason: "there is no \(noun) \"\(word)\"\(likely)")
    }

    /// Nil where the list is missing. Entries that are wrong are left out, and said.
    private static func entries(_ key: String, _ reader: inout TableReader) -> [Entry]? {
        guard let node = reader.node(key) else { return nil }
        guard case .list(let elements) = node.value else {
            reader.fault(node, "\(key) should be a list of { on = \"key\", run = \"action\" }")
            return nil
        }
        return elements.compactMap { entry($0, &reader) }
    }

    private static func entry(_ node: TOMLNode, _ reader: inout TableReader) -> Entry? {
        guard case .table(let nodes) = node.value else {
            reader.fault(node, "this is \(node.kind) and should be { on = \"key\", run = \"action\" }")
            return nil
        }
        var fields = TableReader(nodes, file: reader.file, noun: "field of a binding")
        let keys = keys(&fields, of: node)
        let action = fields.string("run")
        let context = fields.string("in")
        if action == nil, nodes["run"] == nil { fields.fault(node, "run is missing: the name of what the keys do") }
        let faults = fields.finish()
        reader.add(faults)
        guard faults.isEmpty, let keys, let action else { return nil }
        return Entry(keys: keys, action: action, context: context, place: node.place)
    }

    private static func keys(_ fields: inout TableReader, of entry: TOMLNode) -> [Key]? {
        guard let node = fields.node("on") else {
            fields.fault(entry, "on is missing: a key like \"<C-a>\", or a list of keys pressed one after another")
            return nil
        }
        switch node.value {
        case .string: return key(node, &fields).map { [$0] }
        case .list(let elements) where !elements.isEmpty:
            let keys = elements.compactMap { key($0, &fields) }
            return keys.count == elements.count ? keys : nil
        default:
            fields.fault(node, "on should be a key like \"<C-a>\", or a list of keys pressed one after another")
            return nil
        }
    }

    private static func key(_ node: TOMLNode, _ fields: inout TableReader) -> Key? {
        guard case .string(let text) = node.value else {
            fields.fault(node, "this is \(node.kind) and should be a key in quotes")
            return nil
        }
        do {
            return try Key(notation: text)
        } catch {
            fields.fault(node, "\"\(text)\" \(error)")
            return nil
        }
    }
}
