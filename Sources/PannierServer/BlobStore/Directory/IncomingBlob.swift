import CLinux
import Glibc
import PannierChunks
import PannierCore
import Synchronization

/// Why an object was not stored; nothing is left of it.
package enum BlobWriteError: Error, Equatable {
    /// More or fewer bytes than announced.
    case lengthMismatch
    case checksumMismatch
    /// The name is taken.
    case alreadyThere
    /// Another request is giving this name to its object just now.
    case beingWritten
}

/// An object on its way in: a file in the store's temp folder without a name of its own yet. All calls block.
///
/// Order: all bytes written → length and checksum right → file durable (``seal(expecting:)``) → named → folder durable
/// → answered. Whatever breaks that order throws the file away; so does letting go of this object.
final class IncomingBlob: Sendable {
    let blob: BlobName
    let length: Int
    let temporaryName: String
    private let folder: Descriptor
    private let sync: DiskSync
    private let state: Mutex<State>

    private struct State: ~Copyable {
        var file: Descriptor?
        var digest = SHA256Digest()
        var received = 0
        /// Complete, right and durable.
        var isSealed = false
        var isNamed = false
    }

    /// Makes the file and reserves its space, so that a full disk is told before the bytes are sent.
    init(_ blob: BlobName, length: Int, in folder: Descriptor, sync: DiskSync) throws(SystemCallError) {
        self.blob = blob
        self.length = length
        self.folder = folder
        self.sync = sync
        temporaryName = PackID.random().description
        let file = try Descriptor(at: folder, temporaryName, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        let code = posix_fallocate(file.number, 0, off_t(length))
        guard code == 0 || code == EINVAL || code == EOPNOTSUPP else {
            unlinkat(folder.number, temporaryName, 0)
            throw SystemCallError("fallocate", file.path, code: code)
        }
        state = Mutex(State(file: file))
    }

    deinit { discard() }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            guard let file = state.file, bytes.count <= length - state.received else {
                throw BlobWriteError.lengthMismatch
            }
            state.digest.update(bytes)
            state.received += bytes.count
            try file.write(bytes)
        }
    }

    /// Checks what came and makes the file durable; it has no name yet. Called once: after a failure the file is gone
    /// from here, so that nothing can make it durable a second time.
    func seal(expecting sha256: Fingerprint) throws {
        try state.withLock { state in
            guard let file = state.file.take(), state.received == length else { throw BlobWriteError.lengthMismatch }
            var digest = SHA256Digest()
            swap(&digest, &state.digest)
            guard digest.finish() == sha256 else { throw BlobWriteError.checksumMismatch }
            try sync.file(file)
            state.isSealed = true
        }
    }

    /// Gives the file its name, if that is free.
    func name(in target: Descriptor, _ name: String) throws {
        try state.withLock { state in
            guard state.isSealed else { throw BlobWriteError.lengthMismatch }
            if pannier_rename_no_replace(folder.number, temporaryName, target.number, name) != 0 {
                let code = errno
                throw code == EEXIST
                    ? BlobWriteError.alreadyThere : SystemCallError("rename", "\(target.path)/\(name)", code: code)
            }
            state.isNamed = true
        }
    }

    /// Removes the file, if it has no name by now.
    func discard() {
        state.withLock { state in
            guard !state.isNamed else { return }
            state.file = nil
            state.isNamed = true
            unlinkat(folder.number, temporaryName, 0)
        }
    }
}
