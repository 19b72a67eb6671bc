import Glibc

/// A system call that failed, with what it was asked to do and what can be done about it.
package struct SystemCallError: Error, Hashable, CustomStringConvertible {
    /// Name of the call, as in its manual page.
    package let call: String
    /// What it was called on, for people.
    package let path: String
    package let code: Int32

    package init(_ call: String, _ path: String, code: Int32 = errno) {
        self.call = call
        self.path = path
        self.code = code
    }

    /// No space, or a quota of the file system.
    package var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

    package var description: String {
        "\(call) \(path): \(String(cString: strerror(code)))" + (advice.map { ". \($0)" } ?? "")
    }

    private var advice: String? {
        switch code {
        case ENOSPC, EDQUOT: "Free some space on this disk and try again; nothing was lost."
        case EACCES, EPERM: "Run pannier-server as the user who owns its folder."
        case EROFS: "The disk is mounted read-only."
        case EIO: "The disk has failed; look at the kernel's log before going on."
        case EMFILE, ENFILE: "Raise the limit of open files (ulimit -n, LimitNOFILE)."
        default: nil
        }
    }
}

/// Runs a call again while it is interrupted by a signal.
/// - Throws: ``SystemCallError`` when it answers less than zero.
@discardableResult
func systemCall<Value: SignedInteger>(
    _ call: String, _ path: @autoclosure () -> String, _ body: () -> Value
) throws(SystemCallError) -> Value {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw SystemCallError(call, path(), code: code) }
    }
}
