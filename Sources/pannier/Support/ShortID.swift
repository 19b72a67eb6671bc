import PannierCore

/// Transfers by the first digits of their ids.
enum ShortID {
    static func text(_ id: TransferID) -> String { String(id.description.prefix(8)) }

    /// - Throws: ``Problem`` `notFound` unless the digits mean exactly one.
    static func find(_ digits: String, in states: [TransferState]) throws(Problem) -> TransferID {
        let found = states.filter { !digits.isEmpty && $0.id.description.hasPrefix(digits) }
        guard found.count == 1, let state = found.first else {
            throw Problem(
                .notFound, found.isEmpty ? "There is no transfer \(digits)." : "\(digits) means several transfers.",
                detail: "`pannier transfers` lists them. Nothing was changed.", status: 0)
        }
        return state.id
    }
}
