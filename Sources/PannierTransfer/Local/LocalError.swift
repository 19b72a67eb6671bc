internal import Glibc
package import PannierCore

/// What the kernel said: the one place that turns errno into words.
package struct LocalError: Error, Equatable {
    package let code: Int32

    package init(_ code: Int32) { self.code = code }

    /// Calls again when a signal came in between.
    package static func retrying(_ call: () -> Int32) throws(LocalError) -> Descriptor {
        while true {
            let result = call()
            if result >= 0 { return Descriptor(owning: result) }
            guard errno == EINTR else { throw LocalError(errno) }
        }
    }

    package static func check(_ result: Int32) throws(LocalError) {
        guard result == 0 else { throw LocalError(errno) }
    }

    package var words: String {
        switch code {
        case ENOENT: "it is not there (any more)"
        case EACCES, EPERM: "permission denied"
        case ENOSPC: "the disk is full"
        case EDQUOT: "your quota on this disk is used up"
        case EROFS: "the disk is read-only"
        case EIO: "the disk has a fault"
        case ELOOP: "there is a symbolic link on the way"
        case EXDEV: "it lies on another disk, or outside of its folder"
        case ENOTDIR: "there is a file where a folder should be"
        case EISDIR: "it is a folder"
        case ENAMETOOLONG: "the name or path is too long for this disk"
        case EFBIG: "the file is too large for this disk"
        case EEXIST: "something of that name is there already"
        case EMFILE, ENFILE: "too many files are open"
        default: String(cString: strerror(code))
        }
    }

    /// What a person can do about something that cannot be read, a sentence; nil: nobody knows.
    package var mendingOfReading: String? {
        switch code {
        case EACCES: "Let yourself read it: `chmod u+r`, for a folder `chmod u+rx`."
        case EIO: "Have the disk checked."
        default: nil
        }
    }

    /// - Parameter path: names the file to the person.
    package func reading(_ path: String) -> Problem {
        Problem(
            .localFileUnreadable, "“\(path)” cannot be read: \(words).",
            detail: ["It was not uploaded.", mendingOfReading].compactMap(\.self).joined(separator: " "))
    }

    package func writing(_ path: String) -> Problem {
        switch code {
        case ENOSPC, EDQUOT:
            Problem(
                .localDiskFull, "“\(path)” cannot be written: \(words).", detail: "No half file was left. Make room.")
        case EEXIST:
            Problem(
                .localExists, "“\(path)” is there already.",
                detail: "It was not replaced. Move it away, then `pannier retry`; or fetch into another folder.")
        default:
            Problem(.localWriteFailed, "“\(path)” cannot be written: \(words).", detail: "No half file was left.")
        }
    }
}
