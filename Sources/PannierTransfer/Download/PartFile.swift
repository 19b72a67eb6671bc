internal import PannierCore

/// The name under which a file is written until it is whole: in the same folder, told apart by transfer and row.
enum PartFile {
    private static let prefix = Array(".pannier-".utf8)
    private static let suffix = Array(".part".utf8)

    static func name(transfer: TransferID, row: Int64) -> [UInt8] {
        prefix + Array("\(transfer)-\(row)".utf8) + suffix
    }

    /// Exactly the names that ``name(transfer:row:)`` makes: others are a person's own.
    static func isName(_ name: [UInt8]) -> Bool {
        guard name.starts(with: prefix), name.suffix(suffix.count) == suffix[...] else { return false }
        guard name.count >= prefix.count + suffix.count else { return false }
        let parts = name[prefix.count..<(name.count - suffix.count)]
            .split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, TransferID(String(decoding: parts[0], as: UTF8.self)) != nil else { return false }
        let row = String(decoding: parts[1], as: UTF8.self)
        return Int64(row).map { $0 >= 0 && String($0) == row } ?? false
    }
}
