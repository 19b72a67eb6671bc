package import PannierScreen

/// What keymap.toml says: bindings that come before those of the program, behind them, or in their place. Of two
/// bindings of the same keys, the first one counts.
package struct Keymap: Sendable, Equatable {
    /// Keys pressed one after another, and the name of what they do.
    package struct Entry: Sendable, Equatable {
        package let keys: [Key]
        package let action: String
        /// Where it stands, for ``unknownActions(known:)``.
        let place: TextPlace?

        package init(keys: [Key], action: String, place: TextPlace? = nil) {
            self.keys = keys
            self.action = action
            self.place = place
        }
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

    /// Faults of the entries whose action is none of `known`. Only the screen knows what there is to do.
    package func unknownActions(known: Set<String>) -> [SettingsFault] {
        (prepend + append + (replace ?? [])).filter { !known.contains($0.action) }.map { entry in
            let likely = Likeness.best(for: entry.action, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            return SettingsFault(
                file: file, place: entry.place, reason: "there is no action \"\(entry.action)\"\(likely)")
        }
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
        if action == nil, nodes["run"] == nil { fields.fault(node, "run is missing: the name of what the keys do") }
        let faults = fields.finish()
        reader.add(faults)
        guard faults.isEmpty, let keys, let action else { return nil }
        return Entry(keys: keys, action: action, place: node.place)
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
