import Foundation

/// Where the client keeps its files, by the XDG base directory rules. Nothing lies anywhere else, so a program with its
/// own XDG_*_HOME shares nothing with another.
package struct ClientPaths: Hashable, Sendable {
    package let profile: Profile
    /// What must last: sign-in, mirror, log. One folder a profile.
    package let state: String
    /// The agent's socket. Its name carries the state folder, because two sets of XDG folders may share one runtime
    /// folder and must not meet there.
    package let socket: String

    /// A Unix socket's path ends here: `sun_path` holds 107 bytes and a NUL, swift-nio takes 103 on every system.
    package static let socketPathBytes = 103

    /// - Parameter environment: variables; relative XDG paths are ignored, as the rules say.
    package init(profile: Profile, environment: [String: String]) {
        func folder(_ variable: String) -> String? {
            environment[variable].flatMap { $0.hasPrefix("/") ? Self.trimmed($0) : nil }
        }
        let home = folder("HOME") ?? Self.trimmed(NSHomeDirectory())
        self.profile = profile
        state = (folder("XDG_STATE_HOME") ?? home + "/.local/state") + "/pannier/" + profile.name
        let name = "\(profile.name)-\(Self.digest(of: state)).sock"
        // Folders that are nobody else's first: in a shared one others may have been there before.
        let candidates = [
            folder("XDG_RUNTIME_DIR").map { $0 + "/pannier" }, state,
            folder("TMPDIR").map { $0 + "/pannier-\(getuid())" },
        ]
        let fits = candidates.compactMap { $0 }.first { $0.utf8.count + 1 + name.utf8.count <= Self.socketPathBytes }
        socket = (fits ?? "/tmp/pannier-\(getuid())") + "/" + name
    }

    /// The paths of this process.
    package static func current(profile: Profile) -> ClientPaths {
        ClientPaths(profile: profile, environment: ProcessInfo.processInfo.environment)
    }

    package var socketFolder: String { String(socket[..<(socket.lastIndex(of: "/") ?? socket.startIndex)]) }
    package var database: String { state + "/mirror.sqlite" }
    /// Server, account and token: 0600.
    package var session: String { state + "/session.json" }
    /// What the network may carry.
    package var limits: String { state + "/limits.json" }
    /// What is copied from one person's tree to another's, while it is on its way.
    package var copies: String { state + "/copies" }
    /// Held by the agent while it lives.
    package var lock: String { state + "/agent.lock" }
    package var log: String { state + "/agent.log" }

    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// FNV-1a, 32 bits: tells folders apart, keeps nothing secret.
    private static func digest(of text: String) -> String {
        let hash = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
