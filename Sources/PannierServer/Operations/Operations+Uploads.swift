import PannierChunks
package import PannierCore

extension Operations {
    /// Keeps pages of fingerprints of files that may still be read, and tells which chunks must be sent. Lengthens the
    /// lease of each upload it names.
    package static func declareChunks(_ request: DeclareChunks.Request, in context: OperationContext) throws
        -> DeclareChunks.Response
    {
        try check(request.pages.count, "pages", atMost: Limits.declaredPages)
        let authorization = Authorization(context)
        return DeclareChunks.Response(
            items: try request.pages.map { page in
                try answer { try declare(page, authorization) }
            })
    }

    private static func declare(
        _ page: DeclareChunks.Page, _ authorization: Authorization
    ) throws -> DeclareChunks.Missing {
        try check(page.chunks.count, "entries of one page", atMost: Limits.manifestPage)
        guard page.first >= 0, page.first <= Upload.mostChunks - page.chunks.count,
            page.chunks.allSatisfy({ $0.length > 0 && $0.length <= ChunkSizes.large.maximum })
        else { throw Problem.badRequest("A page of fingerprints has impossible numbers.") }
        let context = authorization.context
        let upload = try Upload.find(page.upload, authorization)
        guard upload.state == .open else { throw Problem.noSuchUpload }
        let access = try authorization.allow(.write, on: upload.place)
        if !page.chunks.isEmpty { try upload.declare(page, context) }
        try upload.touch(context)
        let missing = try Presence(access, context).missing(of: page.chunks.map(\.fingerprint))
        return DeclareChunks.Missing(missing: missing)
    }

    /// A read. What an upload to a folder would have to send of these chunks, each once: the same answer as
    /// ``declareChunks(_:in:)`` gives, and nothing is kept or leased.
    package static func missingChunks(_ request: MissingChunks.Request, in context: OperationContext) throws
        -> DeclareChunks.Missing
    {
        try check(request.chunks.count, "chunks", atMost: Limits.manifestPage)
        let access = try Authorization(context).allow(.write, on: request.folder)
        return DeclareChunks.Missing(missing: try Presence(access, context).missing(of: request.chunks))
    }

    /// Makes uploads into files, each on its own: see ``Operations`` for what must have happened before. Committing again
    /// what is committed answers the same.
    package static func commitUploads(_ request: CommitUploads.Request, in context: OperationContext) throws
        -> CommitUploads.Response
    {
        try check(request.items.count, "uploads", atMost: Limits.commitItems)
        let authorization = Authorization(context)
        return CommitUploads.Response(
            items: try request.items.map { item in
                try answer { try UploadCommit(item, authorization).carryOut() }
            })
    }

    /// A read. Where an upload stands: what was declared, and which of it must still be sent. Serves a client that has
    /// lost its own record.
    package static func uploadStatus(id: UploadID, in context: OperationContext) throws -> UploadStatus {
        let authorization = Authorization(context)
        let upload = try Upload.find(id, authorization)
        guard upload.state == .open else {
            return UploadStatus(
                upload: id, state: .uploaded, chunkCount: try upload.committedCount(context), missing: [])
        }
        let access = try authorization.allow(.write, on: upload.place)
        let presence = Presence(access, context)
        var missing: [Fingerprint] = []
        for first in try upload.declaredStarts(context) where missing.count < Limits.manifestPage {
            let page = try upload.declaredPage(at: first, context) ?? []
            missing += try presence.missing(of: page.map(\.fingerprint))
        }
        var seen: Set<Fingerprint> = []
        let distinct = missing.filter { seen.insert($0).inserted }.prefix(Limits.manifestPage)
        return UploadStatus(
            upload: id, state: .uploading, chunkCount: try upload.declaredCount(context), missing: Array(distinct))
    }

    /// Ends an upload; its chunks lose their lease. Cancelling twice changes nothing.
    /// - Throws: ``Problem`` `badRequest` when it was committed: the file is there.
    package static func cancelUpload(id: UploadID, in context: OperationContext) throws {
        let authorization = Authorization(context)
        let upload = try Upload.find(id, authorization, orCancelled: true)
        guard upload.state != .cancelled else { return }
        guard upload.state == .open else {
            throw Problem.badRequest(
                "This upload is complete, so it cannot be cancelled.",
                detail: "The file is on the server. Trash it if you do not want it.")
        }
        try upload.end(as: .cancelled, context)
    }

    /// Removes some uploads whose lease has ended, with what they declared: more at once than one request opens, so that
    /// they never pile up.
    static func pruneUploads(in context: OperationContext) throws {
        let rows = try context.transaction.rows(
            "SELECT namespace, id FROM uploads WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2",
            [.integer(context.now), .count(2 * Limits.batchItems)])
        for row in rows {
            try context.transaction.run("DELETE FROM declared WHERE namespace = $1 AND upload = $2", row.values)
            try context.transaction.run("DELETE FROM uploads WHERE namespace = $1 AND id = $2", row.values)
        }
    }
}
