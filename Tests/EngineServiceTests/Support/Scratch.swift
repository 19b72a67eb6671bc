import Foundation
import PannierCore

/// A folder of its own, with the XDG folders of one device in it.
final class Scratch: Sendable {
    let folder = FileManager.default.temporaryDirectory.path + "/pannier-\(UUID().uuidString.prefix(13))"
    let paths: ClientPaths

    init() throws {
        paths = ClientPaths(
            profile: .standard,
            environment: ["HOME": folder, "XDG_STATE_HOME": folder + "/state", "XDG_RUNTIME_DIR": folder + "/run"])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

/// Looks again and again until `look` finds something.
func eventually<Found: Sendable>(
    within seconds: Double = 90, _ what: String, _ look: @Sendable () async throws -> Found?
) async throws -> Found {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if let found = try await look() { return found }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw Missed(what: "not within \(seconds) s: \(what)")
}

struct Missed: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}
