import PannierCore

extension Operations {
    /// Milliseconds for which an answer is kept.
    static let answersKept: Milliseconds = 24 * 3_600 * 1_000

    /// Answers a repeated request as it was answered before, and changes nothing again. The answer is stored in the same
    /// transaction as what it tells of, so that there is never one without the other. When `body` throws, nothing is
    /// stored: a refusal is asked anew.
    /// - Parameters:
    ///   - key: The client's, 1 to 64 ASCII letters, digits, `-`, `_`. It belongs to the caller's device.
    ///   - requestDigest: SHA-256 of the request's body.
    /// - Throws: ``Problem`` `idempotencyMismatch` when the key was used for another request.
    package static func idempotent(
        key: String, route: String, requestDigest: [UInt8], in context: OperationContext, _ body: () throws -> [UInt8]
    ) throws -> [UInt8] {
        guard isKey(key) else {
            throw Problem.badRequest("An idempotency key has 1 to 64 ASCII letters, digits, “-” and “_”.")
        }
        if let answer = try keptAnswer(key: key, route: route, requestDigest: requestDigest, in: context) {
            return answer
        }
        let answer = try body()
        let statement = """
            INSERT INTO idempotency (device, key, route, digest, answer, answered_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (device, key) DO UPDATE SET route = excluded.route, digest = excluded.digest,
                answer = excluded.answer, answered_at = excluded.answered_at
            """
        try context.transaction.run(
            statement,
            [
                .id(context.caller.device), .text(key), .text(route), .bytes(requestDigest), .bytes(answer),
                .integer(context.now),
            ])
        try pruneAnswers(in: context)
        return answer
    }

    private static func isKey(_ key: String) -> Bool {
        (1...64).contains(key.utf8.count)
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func keptAnswer(
        key: String, route: String, requestDigest: [UInt8], in context: OperationContext
    ) throws -> [UInt8]? {
        let query = """
            SELECT route, digest, answer FROM idempotency WHERE device = $1 AND key = $2 AND answered_at > $3
            """
        let arguments: [MetadataValue] = [
            .id(context.caller.device), .text(key), .integer(context.now - answersKept),
        ]
        guard var reader = try context.transaction.row(query, arguments)?.reader else { return nil }
        guard try reader.text() == route, try reader.bytes() == requestDigest else {
            throw Problem.idempotencyMismatch
        }
        return try reader.bytes()
    }

    /// Removes a few old answers each time one is added, so that they never pile up and no request waits for many.
    private static func pruneAnswers(in context: OperationContext) throws {
        let statement = """
            DELETE FROM idempotency WHERE (device, key) IN (
                SELECT device, key FROM idempotency WHERE answered_at <= $1 ORDER BY answered_at LIMIT 10
            )
            """
        try context.transaction.run(statement, [.integer(context.now - answersKept)])
    }
}
