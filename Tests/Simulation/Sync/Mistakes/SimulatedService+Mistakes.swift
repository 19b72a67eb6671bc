import GRDB
import PannierCore

extension SimulatedService {
    /// What the service takes a request for.
    func mistaken(_ change: ServiceChange) throws -> ServiceChange {
        switch change {
        case .trash(var request) where mistake == .acceptsStaleDeletion:
            for index in request.items.indices {
                (request.items[index].unchangedSince, request.items[index].count) = (nil, nil)
            }
            return .trash(request)
        case .create(var request) where mistake == .acceptsStaleBase:
            let head = try head()
            for index in request.items.indices { request.items[index].file?.baseRevision = head }
            return .create(request)
        default: return change
        }
    }

    func transaction<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        guard mistake == .answersBeforeCommit else { return try database.write(body) }
        var answer: Answer?
        try database.writeWithoutTransaction { database in
            try database.inTransaction {
                let statement = try database.cachedStatement(sql: "SELECT head FROM namespaces")
                let before = try Revision.fetchOne(statement)
                answer = try body(database)
                let after = try Revision.fetchOne(statement)
                return after != before && (after ?? 0) % 20 == 0 ? .rollback : .commit
            }
        }
        guard let answer else { throw Problem(.internalError, "a transaction without an answer") }
        return answer
    }
}
