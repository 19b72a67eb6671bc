package import PannierCore

/// The name under which a file is written until it is whole: in the same folder, told apart by transfer and row.
package enum PartFile {
    private static let prefix = Array(".pannier-".utf8)
    private static let suffix = Array(".part".utf8)

    static func name(transfer: TransferID, row: Int64) -> [UInt8] {
        prefix + Array("\(transfer)-\(row)".utf8) + suffix
    }

    /// Exactly the names that ``name(transfer:row:)`` makes: others are a person's own.
    static func isName(_ name: [UInt8]) -> Bool { transfer(of: name) != nil }

    /// Whose part it is; nil for names of others.
    package static func transfer(of name: [UInt8]) -> TransferID? {
        guard name.starts(with: prefix), name.suffix(suffix.count) == suffix[...] else { return nil }
        guard name.count >= prefix.count + suffix.count else { return nil }
        let parts = name[prefix.count..<(name.count - suffix.count)]
            .split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, let transfer = TransferID(String(decoding: parts[0], as: UTF8.self)) else { return nil }
        let row = String(decoding: parts[1], as: UTF8.self)
        return Int64(row).map { $0 >= 0 && String($0) == row } == true ? transfer : nil
    }
}
