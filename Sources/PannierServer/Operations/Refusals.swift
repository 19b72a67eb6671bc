import PannierCore

// Every refusal of the operations, in words: what happened, what it means for the data, what to do.

extension Problem {
    /// For what is not there and for what the caller may not do: one text, so that nobody can tell them apart.
    static let noSuchNode = Problem(.notFound, "There is no such file or folder, or you may not do this with it.")
    static let noSuchUpload = Problem(
        .notFound, "There is no such upload: it was cancelled, or left alone for 7 days.",
        detail: "The file is not on the server. Send it again; what was stored of it is found and not sent twice.")
    static let noSuchPack = Problem(.packMissing, "There is no such pack of yours.", detail: "Open a new one.")
    static let noSuchVersion = Problem(.notFound, "This file has no such version.", detail: "Nothing was changed.")
    static let noSuchGrant = Problem(.notFound, "There is no such share.")

    static func tooMany(_ things: String, limit: Int) -> Problem {
        Problem(.tooLarge, "A request may hold at most \(limit) \(things).", detail: "Ask in several requests.")
    }

    static func sharedEnough(with email: String, limit: Int) -> Problem {
        Problem(
            .tooLarge, "You share \(limit) files and folders with \(email), and more are not possible.",
            detail: "Nobody was added. Share a folder that holds what they should see.")
    }

    static func badRequest(_ title: String, detail: String? = nil) -> Problem {
        Problem(.badRequest, title, detail: detail)
    }

    static func nameTaken(_ name: NodeName) -> Problem {
        Problem(.nameTaken, "“\(name)” is already there.", detail: "Nothing was changed. Choose another name.")
    }

    static func nameTwin(_ name: NodeName, of other: NodeName) -> Problem {
        let (own, others) = name.spelling(apartFrom: other)
        return Problem(
            .nameTwin, "“\(name)” is already there in another spelling: with \(others) where this one has \(own).",
            detail: "They look the same. Nothing was changed. Rename one of the two.")
    }

    static func notFolder(_ name: NodeName) -> Problem { Problem(.notFolder, "“\(name)” is a file, not a folder.") }

    static func notFile(_ name: NodeName) -> Problem { Problem(.notFile, "“\(name)” is a folder, not a file.") }

    static let tooDeep = Problem(
        .tooDeep,
        "The place is deeper than \(Limits.depth) folders, or its path longer than \(Limits.pathBytes) bytes.",
        detail: "Nothing was changed. Choose a shorter path.")

    static func trashed(_ name: NodeName) -> Problem {
        Problem(
            .trashed, "“\(name)” is in the trash.",
            detail: "Nothing was changed. Put it there anew, or choose another name.")
    }

    static func changedSince(_ name: NodeName) -> Problem {
        Problem(
            .changedSince, "“\(name)” holds something that this device had not heard of.",
            detail: "Nothing of it was put into the trash. Look at what is new there, then decide anew.")
    }

    static func newContent(_ name: NodeName) -> Problem {
        Problem(
            .changedSince, "“\(name)” has got new content meanwhile.",
            detail: "Nothing was changed. Look at its versions again, then decide anew.")
    }

    static let placeTrashed = Problem(
        .trashed, "The folder that it lay in is in the trash.",
        detail: "Nothing was changed. Restore that folder, or say where this shall go.")

    static let cycle = Problem(
        .cycle, "A folder cannot be moved into itself or into what lies below it.", detail: "Nothing was moved.")

    static let copiedElsewhere = Problem.badRequest(
        "The server copies nothing from one account to another.",
        detail: "Nothing was copied. Fetch the file, then send it there.")

    static let rootFixed = Problem.badRequest("My Files itself cannot be moved, trashed or restored.")

    static func chunksMissing(_ count: Int, of total: Int, name: NodeName) -> Problem {
        Problem(
            .chunksMissing, "\(count) of the \(total) pieces of “\(name)” have not arrived.",
            detail: "The file is not there yet. Send the missing pieces, then commit again.")
    }

    static func manifestMismatch(_ name: NodeName, _ reason: String) -> Problem {
        Problem(
            .manifestMismatch, "What was declared of “\(name)” is not what was to be committed: \(reason).",
            detail: "Nothing was stored under this name. Declare all of the file again, then commit.")
    }

    static let quotaExceeded = Problem(
        .quotaExceeded, "The account's storage is full.",
        detail: "Nothing was stored. Delete files, or ask whoever runs the server for more.")

    static let packDamaged = Problem(
        .packDamaged, "The stored pack is not what was announced.",
        detail: "None of it was used. Open a new pack and send its pieces again.")

    static func contentDamaged(_ name: NodeName, pieces: Int) -> Problem {
        Problem(
            .packDamaged, "“\(name)” cannot be read: \(pieces) of its pieces are damaged in the store.",
            detail: "Older versions may be whole. Sending the same file again from a good copy heals it.")
    }

    static let cursorExpired = Problem(
        .cursorExpired, "This place in the changes is no longer known.", detail: "Start over with a fresh listing.")

    static let epochChanged = Problem(
        .epochChanged, "The server was restored since this device last looked.",
        detail: "Nothing was changed. Look at the changes from the beginning, then decide anew.")

    static let idempotencyMismatch = Problem(
        .idempotencyMismatch, "This idempotency key was used for another request.",
        detail: "The second request was not carried out. Use a fresh key for each request.")

    static func badAddress(_ text: String) -> Problem { .badRequest("“\(text)” is not an e-mail address.") }
}

extension Operations {
    static func check(_ count: Int, _ things: String, atMost limit: Int) throws {
        guard count <= limit else { throw Problem.tooMany(things, limit: limit) }
    }

    /// One item's answer. A refusal stays the item's own; anything else fails the request and rolls everything back.
    /// So an item checks all its conditions before it writes.
    static func answer<Value>(_ item: () throws -> Value) throws -> ItemResult<Value> {
        do {
            return .done(try item())
        } catch let problem as Problem {
            return .problem(problem)
        }
    }
}
