internal import PannierCore

/// The name under which a file is written until it is whole: in the same folder, told apart by transfer and row.
enum PartFile {
    private static let prefix = Array(".pannier-".utf8)
    private static let suffix = Array(".part".utf8)

    static func name(transfer: TransferID, row: Int64) -> [UInt8] {
        prefix + Array("\(transfer)-\(row)".utf8) + suffix
    }

    static func isName(_ name: [UInt8]) -> Bool {
        name.starts(with: prefix) && name.suffix(suffix.count) == suffix[...]
    }
}
