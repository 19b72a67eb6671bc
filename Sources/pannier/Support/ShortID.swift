import ArgumentParser
import PannierCore

/// Transfers by the first digits of their ids.
enum ShortID {
    static func text(_ id: TransferID) -> String { String(id.description.prefix(8)) }

    /// - Throws: ``Problem`` `notFound` when the digits mean none; `ValidationError` when they mean several.
    static func find(_ digits: String, in states: [TransferState]) throws -> TransferID {
        let found = states.filter { $0.id.description.hasPrefix(digits) }
        guard let state = found.first else {
            throw Problem(
                .notFound, "There is no transfer \(digits).",
                detail: "`pannier transfers` lists them. Nothing was changed.", status: 0)
        }
        guard found.count == 1 else {
            let names = found.prefix(5).map { "\(text($0.id)) (\($0.title))" }.joined(separator: ", ")
            let more = found.count > 5 ? " and \(found.count - 5) more" : ""
            throw ValidationError(
                "“\(digits)” means \(found.count) transfers: \(names)\(more). Say more digits. Nothing was changed.")
        }
        return state.id
    }

    /// Digits as typed.
    /// - Throws: ``ArgumentFault``.
    static func parse(_ typed: String) throws -> String {
        if typed.isEmpty { throw ArgumentFault(description: "empty id") }
        return typed.lowercased()
    }
}
