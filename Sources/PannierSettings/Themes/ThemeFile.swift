import PannierScreen

/// A theme as its file tells it: one role a line, `folder = { rgb = "#6fb2ff", c256 = 75, c16 = 12, attr = ["bold"] }`.
struct ThemeFile {
    /// Roles that the file names and that are right.
    private(set) var paints: [ColourRole: Theme.Paint] = [:]
    /// The theme whose roles stand in for those that it does not name.
    private(set) var base: String?
    private(set) var faults: [SettingsFault] = []

    /// - Parameter file: how messages name it.
    init(text: String, file: String) {
        do {
            guard case .table(let nodes) = try TOMLNode(text: text, file: file).value else { return }
            var reader = TableReader(nodes, file: file, noun: "role")
            base = reader.string("base")
            for role in ColourRole.allCases {
                guard let node = reader.node(role.rawValue) else { continue }
                paints[role] = paint(node, role, &reader)
            }
            faults = reader.finish()
        } catch let fault as SettingsFault {
            faults = [fault]
        } catch {
            faults = [SettingsFault(file: file, reason: "\(error)")]
        }
    }

    private func paint(_ node: TOMLNode, _ role: ColourRole, _ reader: inout TableReader) -> Theme.Paint? {
        guard case .table(let nodes) = node.value else {
            reader.fault(node, "\(role.rawValue) should be { rgb = \"#rrggbb\", c256 = 0-255, c16 = 0-15, attr = [] }")
            return nil
        }
        var fields = TableReader(nodes, file: reader.file, noun: "field of a role")
        let rgb = rgb(&fields)
        let paint = Theme.Paint(
            rgb: rgb, c256: fields.integer("c256", in: 0...255).map(UInt8.init) ?? rgb.map(XtermPalette.nearest(to:)),
            c16: fields.integer("c16", in: 0...15).map(UInt8.init), attributes: attributes(&fields))
        let faults = fields.finish()
        reader.add(faults)
        return faults.isEmpty ? paint : nil
    }

    private func rgb(_ fields: inout TableReader) -> UInt32? {
        guard let text = fields.string("rgb") else { return nil }
        let digits = text.dropFirst()
        if text.hasPrefix("#"), digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit) {
            return UInt32(digits, radix: 16)
        }
        fields.fault(fields.node("rgb"), "rgb is \"\(text)\" and should be like \"#6fb2ff\"")
        return nil
    }

    private static let attributes: [(word: String, attribute: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("reverse", .reverse), ("underline", .underline),
    ]

    private func attributes(_ fields: inout TableReader) -> Attributes {
        guard let node = fields.node("attr") else { return [] }
        let words = Self.attributes.map { "\"\($0.word)\"" }.joined(separator: ", ")
        guard case .list(let elements) = node.value else {
            fields.fault(node, "attr should be a list of \(words)")
            return []
        }
        var attributes: Attributes = []
        for element in elements {
            guard case .string(let word) = element.value,
                let found = Self.attributes.first(where: { $0.word == word })
            else {
                fields.fault(element, "attr should hold only \(words)")
                continue
            }
            attributes.insert(found.attribute)
        }
        return attributes
    }
}
