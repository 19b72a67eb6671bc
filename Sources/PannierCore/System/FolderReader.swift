package import Glibc

/// Reads the entries of an open folder one after the other, `.` and `..` left out: a name's worth of memory, however many
/// there are. All calls block.
///
/// What comes or goes while a folder is read may be told or not. Who removes what it tells reads the folder again until
/// nothing is left in it.
package struct FolderReader: ~Copyable {
    /// What the kernel said.
    package struct Failure: Error, Equatable {
        package let code: Int32

        package init(code: Int32) { self.code = code }
    }

    /// What an entry is, as far as the folder itself tells: not every file system does.
    package enum Kind: Sendable {
        case folder, file, link, other, unknown

        init(_ type: UInt8) {
            self =
                switch Int(type) {
                case Int(DT_DIR): .folder
                case Int(DT_REG): .file
                case Int(DT_LNK): .link
                case Int(DT_UNKNOWN): .unknown
                default: .other
                }
        }
    }

    /// Only until the next one is read.
    package struct Entry {
        /// Ends with a NUL.
        package let pointer: UnsafePointer<CChar>
        package let kind: Kind

        package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)) }
        /// A copy.
        package var name: [UInt8] { Array(bytes) }
    }

    /// `readdir`; tests let it fail.
    package typealias Reading = @Sendable (OpaquePointer) -> UnsafeMutablePointer<dirent>?

    private let stream: OpaquePointer
    private let read: Reading

    /// Begins with the first entry. The descriptor stays its owner's; while it is read, it is for nobody else to read.
    /// - Parameter folder: an open folder.
    package init(
        _ folder: Int32, reading read: @escaping Reading = { readdir($0) }
    ) throws(Failure) {
        // fdopendir takes the descriptor over, and the owner keeps its own. Opened anew instead, it would have to be
        // searched, which a folder may forbid that can be read.
        let copy = fcntl(folder, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw Failure(code: errno) }
        guard let stream = fdopendir(copy) else {
            let failure = Failure(code: errno)
            close(copy)
            throw failure
        }
        // The place in the folder is shared with the owner's descriptor, which may have been read before.
        rewinddir(stream)
        self.stream = stream
        self.read = read
    }

    deinit { closedir(stream) }

    /// - Returns: nil at the end.
    package mutating func next() throws(Failure) -> Entry? {
        while true {
            errno = 0
            guard let entry = read(stream) else {
                guard errno == 0 else { throw Failure(code: errno) }
                return nil
            }
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { continue }
            return Entry(pointer: name, kind: Kind(entry.pointee.d_type))
        }
    }
}
