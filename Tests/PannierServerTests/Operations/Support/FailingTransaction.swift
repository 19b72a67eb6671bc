import PannierCore
import PannierServer

/// A transaction whose disk fails after some statements.
final class FailingTransaction: MetadataTransaction {
    struct Failure: Error {}

    private let transaction: any MetadataTransaction
    private var left: Int

    init(_ transaction: any MetadataTransaction, after statements: Int) {
        self.transaction = transaction
        left = statements
    }

    private func count() throws {
        guard left > 0 else { throw Failure() }
        left -= 1
    }

    func rows(_ query: String, _ arguments: [MetadataValue]) throws -> [MetadataRow] {
        try count()
        return try transaction.rows(query, arguments)
    }

    @discardableResult
    func run(_ statement: String, _ arguments: [MetadataValue]) throws -> Int {
        try count()
        return try transaction.run(statement, arguments)
    }

    func lockHead(of namespace: NamespaceID) throws -> Revision {
        try count()
        return try transaction.lockHead(of: namespace)
    }
}

/// A transaction that remembers every text it was given, with the last arguments.
final class RecordingTransaction: MetadataTransaction {
    private let transaction: any MetadataTransaction
    private(set) var texts: [String: [MetadataValue]] = [:]

    init(_ transaction: any MetadataTransaction) { self.transaction = transaction }

    func rows(_ query: String, _ arguments: [MetadataValue]) throws -> [MetadataRow] {
        texts[query] = arguments
        return try transaction.rows(query, arguments)
    }

    @discardableResult
    func run(_ statement: String, _ arguments: [MetadataValue]) throws -> Int {
        texts[statement] = arguments
        return try transaction.run(statement, arguments)
    }

    func lockHead(of namespace: NamespaceID) throws -> Revision { try transaction.lockHead(of: namespace) }
}

/// A transaction that adds up the bytes of all blobs that were read.
final class WeighingTransaction: MetadataTransaction {
    private let transaction: any MetadataTransaction
    var bytes = 0

    init(_ transaction: any MetadataTransaction) { self.transaction = transaction }

    func rows(_ query: String, _ arguments: [MetadataValue]) throws -> [MetadataRow] {
        let rows = try transaction.rows(query, arguments)
        for case .bytes(let value) in rows.flatMap(\.values) { bytes += value.count }
        return rows
    }

    @discardableResult
    func run(_ statement: String, _ arguments: [MetadataValue]) throws -> Int {
        try transaction.run(statement, arguments)
    }

    func lockHead(of namespace: NamespaceID) throws -> Revision { try transaction.lockHead(of: namespace) }
}
