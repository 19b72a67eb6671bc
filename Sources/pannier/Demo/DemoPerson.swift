import Foundation

/// One person of the demonstration: an account, and XDG folders that nobody else uses, so that the agent in them is
/// theirs alone.
struct DemoPerson {
    let email: String
    /// 256 random bits, known to nobody and gone with the folder.
    let password: String
    let home: String

    var name: String { String(email.prefix { $0 != "@" }) }
    /// Files that the person has on their own disk.
    var files: String { home + "/files" }

    init(email: String, in folder: String) throws {
        self.email = email
        home = folder + "/" + email.prefix { $0 != "@" }
        var generator = SystemRandomNumberGenerator()
        password = (0..<4).map { _ in String(generator.next() as UInt64, radix: 16) }.joined()
        for part in ["config", "state", "cache", "data", "run", "files"] {
            try FileManager.default.createDirectory(
                atPath: home + "/" + part, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
    }

    /// The caller's environment without anything that says where files are.
    func environment(_ base: [String: String]) -> [String: String] {
        var environment = base.filter { !$0.key.hasPrefix("XDG_") && $0.key != "PANNIER_PROFILE" }
        environment["HOME"] = home
        for part in ["config", "state", "cache", "data"] {
            environment["XDG_\(part.uppercased())_HOME"] = home + "/" + part
        }
        environment["XDG_RUNTIME_DIR"] = home + "/run"
        return environment
    }
}
