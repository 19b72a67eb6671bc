/// Bounds that both sides hold (DESIGN: Formats, File Service).
package enum Limits {
    package static let nameBytes = 255
    package static let pathBytes = 4_000
    package static let depth = 128
    /// 1 TiB.
    package static let fileBytes: Int64 = 1 << 40
    /// Manifest entries in one page of a declaration or a content answer.
    package static let manifestPage = 4_096
    /// Largest object in the store, index included.
    package static let packBytes = 64 << 20
    /// Chunks in one pack: bounds its index and one description of it.
    package static let packChunks = 4_096
    /// Items of one batch of nodes, uploads, commits or content.
    package static let batchItems = 500
    /// Uploads of one commit: small answers, and every commit makes other devices look.
    package static let commitItems = 1_000
    /// Pages of fingerprints in one declaration: small files are one page each.
    package static let declaredPages = 2_000
    /// Packs asked for in one request: few, just in time.
    package static let packsAtOnce = 16
    /// Folders of one listing.
    package static let foldersAtOnce = 100
    /// Rows of one page of a listing or of the change feed.
    package static let pageRows = 1_000
    /// Bytes of one piece of a preview.
    package static let previewBytes = 256 << 10
    /// Largest request body of the API, in bytes.
    package static let requestBody = 5 << 20
    /// Seconds for which a presigned PUT and GET hold.
    package static let putSeconds = 900
    package static let getSeconds = 300
}
