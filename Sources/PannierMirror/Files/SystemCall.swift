import Glibc
package import PannierCore

/// One failed call of the operating system, in words.
package struct SystemCallError: Error, CustomStringConvertible {
    package let call: String
    package let path: String
    package let number: Int32

    package init(call: String, path: String, number: Int32) {
        self.call = call
        self.path = path
        self.number = number
    }

    package var description: String { "\(call) \(path): \(String(cString: strerror(number)))" }

    /// What it means for someone who keeps files here.
    package var problem: Problem {
        switch number {
        case ENOSPC, EDQUOT:
            Problem(.localDiskFull, "This machine's disk is full (\(self)).", detail: "Make room and try again.")
        default:
            Problem(
                .localWriteFailed, "A file of pannier itself could not be used: \(self).",
                detail: "Check the owner and the permissions of its folder.")
        }
    }
}

/// Runs a call that answers -1 with errno set, again when a signal interrupted it.
package func systemCall<Result: FixedWidthInteger>(
    _ call: String, _ path: String, _ body: () -> Result
) throws(SystemCallError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        guard errno == EINTR else { throw SystemCallError(call: call, path: path, number: errno) }
    }
}
