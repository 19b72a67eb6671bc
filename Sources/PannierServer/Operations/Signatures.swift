package import PannierCore

extension Operations {
    static let later = Problem(.unavailable, "This operation is being built.")

    package static func createNodes(_ request: CreateNodes.Request, in context: OperationContext) throws
        -> CreateNodes.Response
    { throw later }

    package static func listNodes(_ request: ListNodes.Request, in context: OperationContext) throws
        -> ListNodes.Response
    { throw later }

    package static func file(id: NodeID, in context: OperationContext) throws -> Node { throw later }

    package static func moveNodes(_ request: MoveNodes.Request, in context: OperationContext) throws -> NodeResults {
        throw later
    }

    package static func trashNodes(_ request: TrashNodes.Request, in context: OperationContext) throws -> NodeResults {
        throw later
    }

    package static func restoreNodes(_ request: RestoreNodes.Request, in context: OperationContext) throws
        -> NodeResults
    { throw later }

    package static func declareChunks(_ request: DeclareChunks.Request, in context: OperationContext) throws
        -> DeclareChunks.Response
    { throw later }

    package static func openPacks(_ request: OpenPacks.Request, in context: OperationContext) throws
        -> OpenPacks.Response
    { throw later }

    /// A read: what is needed to open and verify a pack of the caller's.
    package static func packForDescription(pack: PackID, in context: OperationContext) throws -> PackToVerify {
        throw later
    }

    package static func recordVerifiedPack(_ pack: PackID, chunks: [PackedChunk], in context: OperationContext) throws {
        throw later
    }

    package static func recordDamagedPack(_ pack: PackID, in context: OperationContext) throws { throw later }

    /// The store's event: there is no caller, the object's key names both.
    package static func recordStored(
        _ pack: PackID, of namespace: NamespaceID, in transaction: any MetadataTransaction
    ) throws { throw later }

    package static func commitUploads(_ request: CommitUploads.Request, in context: OperationContext) throws
        -> CommitUploads.Response
    { throw later }

    package static func uploadStatus(id: UploadID, in context: OperationContext) throws -> UploadStatus { throw later }

    package static func cancelUpload(id: UploadID, in context: OperationContext) throws { throw later }

    package static func content(_ request: GetContent.Request, in context: OperationContext) throws
        -> GetContent.Response
    { throw later }

    package static func createShares(node: NodeID, _ request: CreateShares.Request, in context: OperationContext) throws
        -> Grants
    { throw later }

    package static func shares(node: NodeID, in context: OperationContext) throws -> Grants { throw later }

    package static func removeShare(node: NodeID, grant: ViewID, in context: OperationContext) throws { throw later }

    package static func sharedWithMe(in context: OperationContext) throws -> SharedWithMe { throw later }

    package static func changes(cursor: String?, limit: Int, node: NodeID?, in context: OperationContext) throws
        -> ChangePage
    { throw later }

    package static func visibleViews(in context: OperationContext) throws -> Set<ViewID> { throw later }

    package static func idempotent(
        key: String, route: String, requestDigest: [UInt8], in context: OperationContext, _ body: () throws -> [UInt8]
    ) throws -> [UInt8] { throw later }
}

/// What the service needs to open a pack and compare every chunk with its fingerprint.
package struct PackToVerify: Sendable {
    package let namespace: NamespaceID
    package let pack: PackID
    /// Bytes of the object, and their SHA-256, as they were announced.
    package let length: Int
    package let sha256: Fingerprint
    /// The pack's key, unwrapped. Never leaves the service.
    package let key: [UInt8]
    package let isVerified: Bool
}
