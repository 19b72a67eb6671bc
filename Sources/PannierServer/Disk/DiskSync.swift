/// How bytes and names become durable. A value, so that tests can let it fail.
package struct DiskSync: Sendable {
    /// A file's bytes and length.
    package var file: @Sendable (Descriptor) throws(SystemCallError) -> Void
    /// A folder's entries.
    package var folder: @Sendable (Descriptor) throws(SystemCallError) -> Void

    package init(
        file: @escaping @Sendable (Descriptor) throws(SystemCallError) -> Void,
        folder: @escaping @Sendable (Descriptor) throws(SystemCallError) -> Void
    ) {
        self.file = file
        self.folder = folder
    }

    package static let kernel = DiskSync(
        file: { (file) throws(SystemCallError) in try file.syncData() },
        folder: { (folder) throws(SystemCallError) in try folder.sync() })
}
