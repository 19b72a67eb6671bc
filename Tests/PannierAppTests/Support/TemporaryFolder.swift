import Foundation

/// A folder of one test, removed with it.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        path = "/tmp/pannier-test-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
