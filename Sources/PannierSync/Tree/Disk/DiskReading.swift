import Glibc
import PannierChunks
import PannierCore
import PannierTransfer

/// A file of the disk on its way to its end. It stays open meanwhile.
///
/// Unchecked: whoever has it is its only owner, and calls from one thread at a time.
final class DiskReading: TreeReading, @unchecked Sendable {
    private let file: Descriptor
    private let before: stat
    private let size: Int64
    private var digest = SHA256Digest()
    private var offset: Int64 = 0
    private var buffer: [UInt8]
    /// Bytes asked of the kernel at once.
    private static let step = 1 << 20

    /// - Returns: nil when it does not come to rest.
    init?(_ file: Descriptor) throws(LocalError) {
        guard let before = try QuietFile.status(of: file) else { return nil }
        self.file = file
        self.before = before
        size = Int64(before.st_size)
        // One byte more than there should be: most files are read and found to end in two calls.
        buffer = [UInt8](repeating: 0, count: min(Self.step, Int(clamping: size) + 1))
        if size > Int64(Self.step) { posix_fadvise(file.number, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    package func next(_ bytes: inout Int) throws(LocalError) -> TreeReadingStep {
        // Changed since the last piece, it is to be looked at again.
        if offset > 0, try !isSame(TreeStatus.of(file)) { return .end(nil) }
        repeat {
            let count = try Self.read(file, &buffer)
            if count == 0 { return .end(offset == size ? try content() : nil) }
            offset += Int64(count)
            bytes -= count
            guard offset <= size else { return .end(nil) }
            buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        } while bytes > 0
        return .more
    }

    /// At the end of the file.
    private func content() throws(LocalError) -> TreeContent? {
        let after = try TreeStatus.of(file)
        guard isSame(after) else { return nil }
        var whole = SHA256Digest()
        swap(&digest, &whole)
        return TreeContent(digest: whole.finish(), status: after)
    }

    private func isSame(_ now: TreeStatus) -> Bool {
        now.size == size && now.modified == before.modified && now.changed == before.changed
    }

    /// - Returns: 0 at the end.
    static func read(_ file: Descriptor, _ buffer: inout [UInt8]) throws(LocalError) -> Int {
        while true {
            let count = Glibc.read(file.number, &buffer, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw LocalError(errno) }
        }
    }
}

/// What is no file, or does not come to rest.
final class NoReading: TreeReading {
    func next(_ bytes: inout Int) throws(LocalError) -> TreeReadingStep { .end(nil) }
}
