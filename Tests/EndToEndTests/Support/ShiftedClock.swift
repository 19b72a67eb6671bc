import Foundation
import Glibc

/// The date of the programs that are started with its variables; what the kernel stamps on files stays right.
final class ShiftedClock: Sendable {
    static let decade: Int64 = 3_652 * 86_400

    private let file: URL

    /// - Parameter seconds: ahead of this machine's.
    init(ahead seconds: Int64, in directory: URL) throws {
        file = directory.appending(path: "clock-\(UUID().uuidString.prefix(8))")
        try Data(repeating: 0, count: 8).write(to: file)
        try jump(to: seconds)
    }

    var variables: [String: String] {
        [
            "LD_PRELOAD": Products.directory.appending(path: "libShiftedClock.so").path(percentEncoded: false),
            "PANNIER_TEST_CLOCK": file.path(percentEncoded: false),
        ]
    }

    /// From now on, for programs that run already, too.
    func jump(to seconds: Int64) throws {
        let descriptor = open(file.path(percentEncoded: false), O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Missed(what: "no clock: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var seconds = seconds
        guard pwrite(descriptor, &seconds, 8, 0) == 8 else {
            throw Missed(what: "no clock: \(String(cString: strerror(errno)))")
        }
    }
}
