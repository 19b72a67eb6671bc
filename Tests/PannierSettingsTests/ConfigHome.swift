import Foundation

@testable import PannierSettings

/// A person's folder of settings, for one test.
struct ConfigHome: ~Copyable {
    let home: String
    private var config: String { home + "/.config/pannier" }

    init(_ files: [String: String] = [:]) throws {
        home = "/tmp/pannier-settings-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: config + "/themes", withIntermediateDirectories: true)
        for (name, text) in files { try write(name, Array(text.utf8)) }
    }

    deinit { try? FileManager.default.removeItem(atPath: home) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: config + "/" + name))
    }

    var path: String { config }
    var folder: SettingsFolder { SettingsFolder(environment: ["HOME": home]) }

    func load(_ variables: [String: String] = [:], theme: String? = nil) -> Configuration {
        Configuration(environment: variables.merging(["HOME": home]) { own, _ in own }, theme: theme)
    }
}
