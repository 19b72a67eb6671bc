import Foundation
import Glibc

/// Whom modes keep away from things: root they do not.
enum OrdinaryUser {
    /// Nobody's, on every system.
    private static let number: uid_t = 65_534

    /// What programs are started with to be run by an ordinary user; nothing where the tests are.
    static var way: [String] {
        guard geteuid() == 0 else { return [] }
        return ["/usr/bin/setpriv", "--reuid=\(number)", "--regid=\(number)", "--clear-groups", "--"]
    }

    /// Gives a folder to that user, with all that is in it.
    static func own(_ folder: URL) throws {
        guard geteuid() == 0 else { return }
        let top = folder.path(percentEncoded: false)
        let inside = FileManager.default.enumerator(atPath: top)?.compactMap { $0 as? String } ?? []
        for path in [top] + inside.map({ "\(top)/\($0)" }) {
            guard lchown(path, number, number) == 0 else {
                throw Missed(what: "lchown \(path): \(String(cString: strerror(errno)))")
            }
        }
    }
}
