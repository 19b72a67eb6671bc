import Foundation
import PannierCore
import PannierMirror

/// A folder of its own for one test, with the XDG folders of one device in it.
final class Scratch: Sendable {
    let folder: String
    let environment: [String: String]
    let paths: ClientPaths

    init() throws {
        folder = "/tmp/pe-\(UUID().uuidString.prefix(13))"
        environment = [
            "HOME": folder, "XDG_STATE_HOME": folder + "/state", "XDG_RUNTIME_DIR": folder + "/run",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "LANG": "C.UTF-8",
        ]
        paths = ClientPaths(profile: .standard, environment: environment)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

/// Looks again and again until `look` finds something.
@discardableResult
func eventually<Found: Sendable>(
    within seconds: Double = 90, _ what: String, _ look: @Sendable () async throws -> Found?
) async throws -> Found {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while clock.now < end {
        if let found = try await look() { return found }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw Missed(what: "not within \(seconds) s: \(what)")
}

struct Missed: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}
