import PannierCore

extension MetadataRow {
    /// Reads the columns from left to right.
    var reader: RowReader { RowReader(row: self) }
}

/// A row's columns, read one after the other; every call takes the next.
/// - Throws: ``MetadataError/unexpectedValue(column:expected:)`` when a column holds something else.
struct RowReader {
    private let row: MetadataRow
    private var column = 0

    init(row: MetadataRow) { self.row = row }

    private mutating func next() throws(MetadataError) -> MetadataValue {
        guard column < row.values.count else { throw .unexpectedValue(column: column, expected: "anything") }
        defer { column += 1 }
        return row.values[column]
    }

    private func wrong(_ expected: String) -> MetadataError { .unexpectedValue(column: column - 1, expected: expected) }

    mutating func optionalInteger() throws(MetadataError) -> Int64? {
        switch try next() {
        case .integer(let value): return value
        case .null: return nil
        default: throw wrong("an integer")
        }
    }

    mutating func optionalBytes() throws(MetadataError) -> [UInt8]? {
        switch try next() {
        case .bytes(let value): return value
        case .null: return nil
        default: throw wrong("bytes")
        }
    }

    mutating func optionalText() throws(MetadataError) -> String? {
        switch try next() {
        case .text(let value): return value
        case .null: return nil
        default: throw wrong("text")
        }
    }

    mutating func integer() throws(MetadataError) -> Int64 {
        guard let value = try optionalInteger() else { throw wrong("an integer") }
        return value
    }

    mutating func count() throws(MetadataError) -> Int { Int(try integer()) }

    mutating func flag() throws(MetadataError) -> Bool { try integer() != 0 }

    mutating func bytes() throws(MetadataError) -> [UInt8] {
        guard let value = try optionalBytes() else { throw wrong("bytes") }
        return value
    }

    mutating func text() throws(MetadataError) -> String {
        guard let value = try optionalText() else { throw wrong("text") }
        return value
    }

    mutating func optionalID<Kind>() throws(MetadataError) -> Identifier<Kind>? {
        guard let value = try optionalBytes() else { return nil }
        guard let id = Identifier<Kind>(bytes: value) else { throw wrong("an identifier of 16 bytes") }
        return id
    }

    mutating func id<Kind>() throws(MetadataError) -> Identifier<Kind> {
        guard let id: Identifier<Kind> = try optionalID() else { throw wrong("an identifier of 16 bytes") }
        return id
    }

    mutating func fingerprint() throws(MetadataError) -> Fingerprint {
        guard let value = Fingerprint(bytes: try bytes()) else { throw wrong("a digest of 32 bytes") }
        return value
    }

    mutating func name() throws(MetadataError) -> NodeName {
        let value = try bytes()
        do throws(NodeNameError) {
            return try NodeName(bytes: value)
        } catch {
            throw wrong("a name (\(error))")
        }
    }

    /// A number that stands for one of a few cases.
    mutating func code<Code: RawRepresentable<Int64>>() throws(MetadataError) -> Code {
        guard let code = Code(rawValue: try integer()) else { throw wrong("one of the numbers of \(Code.self)") }
        return code
    }
}

extension MetadataValue {
    static func id<Kind>(_ id: Identifier<Kind>?) -> MetadataValue { id.map { .bytes($0.bytes) } ?? .null }
    static func fingerprint(_ fingerprint: Fingerprint) -> MetadataValue { .bytes(fingerprint.bytes) }
    static func flag(_ flag: Bool) -> MetadataValue { .integer(flag ? 1 : 0) }
    static func count(_ count: Int) -> MetadataValue { .integer(Int64(count)) }
    static func optional(_ integer: Int64?) -> MetadataValue { integer.map { .integer($0) } ?? .null }
    static func code(_ code: some RawRepresentable<Int64>) -> MetadataValue { .integer(code.rawValue) }
}
