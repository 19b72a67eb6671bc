// swift-tools-version:6.2
import PackageDescription

// Arrows only go down (DESIGN: Parts). CI builds with `--explicit-target-dependency-import-check error`, so a target
// can import only what it names here, and with PANNIER_STRICT=1, which turns warnings into errors.

let nio = "swift-nio"
let themes = [
    "catppuccin-latte", "catppuccin-mocha", "dracula", "gruvbox-dark", "gruvbox-light", "high-contrast", "mono", "nord",
    "pannier-dark", "pannier-light", "solarized-dark", "solarized-light", "tokyo-night",
]

let package = Package(
    name: "pannier",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "pannier", targets: ["pannier"]),
        .executable(name: "pannier-server", targets: ["pannier-server"]),
        .executable(name: "pannier-benchmark", targets: ["pannier-benchmark"]),
        .executable(name: "pannier-screen-benchmark", targets: ["pannier-screen-benchmark"]),
        .executable(name: "pannier-sync-benchmark", targets: ["pannier-sync-benchmark"]),
        .executable(name: "pannier-simulation", targets: ["pannier-simulation"]),
        .library(name: "ShiftedClock", type: .dynamic, targets: ["ShiftedClock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/LebJe/TOMLKit.git", from: "0.6.0"),
    ],
    targets: [
        // C libraries and kernel calls that Swift cannot name by itself.
        .systemLibrary(
            name: "CCrypto", path: "Sources/Shims/CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CZstd", path: "Sources/Shims/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CCurl", path: "Sources/Shims/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CNcurses", path: "Sources/Shims/CNcurses",
            providers: [.apt(["libncursesw5-dev"])]),
        .target(name: "CLinux", path: "Sources/Shims/CLinux"),

        // Words both sides speak.
        .target(name: "PannierCore"),
        // What both programs do with a terminal and a pipe.
        .target(name: "PannierConsole"),
        // CPU only: chunker, digest, codec, seal, pack.
        .target(name: "PannierChunks", dependencies: ["PannierCore", "CCrypto", "CZstd"]),
        .target(name: "PannierHTTP", dependencies: ["PannierCore", "CCurl"]),

        // Client.
        .target(
            name: "PannierMirror",
            dependencies: ["PannierCore", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(
            name: "PannierTransfer",
            dependencies: [
                "PannierCore", "PannierChunks", "PannierHTTP", "PannierMirror", "CLinux",
                .product(name: "Logging", package: "swift-log"),
            ]),
        // The synced folder: what is on both sides, and what is to be done about it.
        .target(
            name: "PannierSync",
            dependencies: [
                "PannierCore", "PannierChunks", "PannierMirror", "PannierTransfer", "CLinux",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(
            name: "PannierEngine",
            dependencies: [
                "PannierCore", "PannierHTTP", "PannierMirror", "PannierTransfer", "PannierSync", "CLinux",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: nio), .product(name: "NIOPosix", package: nio),
                .product(name: "NIOHTTP1", package: nio), .product(name: "NIOWebSocket", package: nio),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(name: "PannierScreen", dependencies: ["PannierCore", "CNcurses", "CLinux"]),
        // The themes that come with it, as bytes of the program.
        .target(name: "PannierThemes", path: "Themes", resources: themes.map { .embedInCode("\($0).toml") }),
        // The person's own files: settings, keys, themes.
        .target(
            name: "PannierSettings",
            dependencies: [
                "PannierCore", "PannierScreen", "PannierThemes", .product(name: "TOMLKit", package: "TOMLKit"),
            ]),
        .target(name: "PannierApp", dependencies: ["PannierCore", "PannierScreen", "PannierSettings"]),
        .executableTarget(
            name: "pannier",
            dependencies: [
                "PannierCore", "PannierConsole", "PannierEngine", "PannierApp", "PannierScreen", "PannierSettings",
                "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Server.
        .target(
            name: "PannierServer",
            dependencies: [
                "PannierCore", "PannierChunks", "CCrypto", "CLinux",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOCore", package: nio), .product(name: "NIOPosix", package: nio),
                .product(name: "NIOHTTP1", package: nio), .product(name: "NIOWebSocket", package: nio),
                .product(name: "NIOConcurrencyHelpers", package: nio),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources/openapi.json")]),
        .executableTarget(
            name: "pannier-server",
            dependencies: [
                "PannierCore", "PannierConsole", "PannierServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Moments, figures and how they are printed.
        .target(name: "Measuring", path: "Tests/Benchmark/Measuring"),
        // Measured, not asserted: each stage against its own bare library, in one run.
        .target(name: "CReference", path: "Tests/Benchmark/CReference"),
        .executableTarget(
            name: "pannier-benchmark",
            dependencies: ["PannierCore", "PannierChunks", "CReference", "CCrypto", "CZstd"],
            path: "Tests/Benchmark/Stages"),
        // The screen as it is used: real programs, a terminal of their own.
        .executableTarget(
            name: "pannier-screen-benchmark",
            dependencies: ["PannierCore", "PannierScreen", "ChildPrograms", "Measuring", "TerminalEmulator"],
            path: "Tests/Benchmark/Screen"),
        // Two devices and a server, beside Syncthing where that is installed.
        .executableTarget(
            name: "pannier-sync-benchmark",
            dependencies: [
                "PannierCore", "ChildPrograms", "Measuring", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/Benchmark/Sync"),

        // End-to-end tests: real processes.
        .target(name: "ChildPrograms", path: "Tests/ChildPrograms"),
        // Loaded into a program, it gives it another date.
        .target(name: "ShiftedClock", path: "Tests/ShiftedClock", linkerSettings: [.linkedLibrary("dl")]),
        // The other end of a terminal.
        .target(name: "TerminalEmulator", dependencies: ["PannierScreen"], path: "Tests/TerminalEmulator"),
        // Property tests: the same numbers for the same seed.
        .target(name: "SeededRandom", dependencies: ["PannierCore"], path: "Tests/SeededRandom"),
        // A disk that can lose what was not made durable.
        .target(
            name: "DiskSimulation",
            dependencies: ["PannierCore", "PannierChunks", "PannierSync", "PannierTransfer", "SeededRandom"],
            path: "Tests/Simulation/Disk"),
        // Devices, people, a network and the File Service, all in one thread, the same for the same seed.
        .target(
            name: "SyncSimulation",
            dependencies: [
                "PannierCore", "PannierChunks", "PannierMirror", "PannierSync", "PannierTransfer", "PannierServer",
                "CLinux", "DiskSimulation", "SeededRandom", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/Simulation/Sync"),
        // Many seeds, and how many an hour; or one, with all that happened.
        .executableTarget(
            name: "pannier-simulation", dependencies: ["SyncSimulation"], path: "Tests/Simulation/Program"),
        .testTarget(name: "SyncSimulationTests", dependencies: ["SyncSimulation"]),
        .testTarget(name: "PannierCoreTests", dependencies: ["PannierCore", "SeededRandom"]),
        .testTarget(
            name: "PannierChunksTests",
            dependencies: ["PannierCore", "PannierChunks", "SeededRandom", "CCrypto", "CZstd"]),
        .testTarget(
            name: "PannierServerTests",
            dependencies: [
                "PannierCore", "PannierChunks", "PannierServer", "SeededRandom",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: nio), .product(name: "NIOPosix", package: nio),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "PannierTransferTests",
            dependencies: [
                "PannierCore", "PannierChunks", "PannierHTTP", "PannierMirror", "PannierTransfer", "SeededRandom",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "PannierMirrorTests",
            dependencies: [
                "PannierCore", "PannierMirror", "SeededRandom", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "PannierSyncTests",
            dependencies: [
                "PannierCore", "PannierChunks", "PannierMirror", "PannierSync", "PannierTransfer", "DiskSimulation",
                "ChildPrograms", "SeededRandom",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "PannierEngineTests",
            dependencies: [
                "PannierCore", "PannierEngine", "PannierHTTP", "PannierMirror", "PannierServer", "PannierSync",
                "PannierTransfer", "pannier", "ChildPrograms", "SeededRandom",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: nio), .product(name: "NIOPosix", package: nio),
                .product(name: "NIOHTTP1", package: nio), .product(name: "NIOWebSocket", package: nio),
            ]),
        .testTarget(
            name: "PannierSettingsTests",
            dependencies: ["PannierCore", "PannierScreen", "PannierSettings", "PannierThemes"]),
        // An engine and a real server in one process.
        .testTarget(
            name: "EngineServiceTests",
            dependencies: [
                "PannierChunks", "PannierCore", "PannierEngine", "PannierHTTP", "PannierMirror", "PannierServer",
                "PannierTransfer", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "PannierAppTests",
            dependencies: [
                "PannierCore", "PannierApp", "PannierScreen", "PannierSettings", "SeededRandom", "TerminalEmulator",
            ],
            exclude: ["Golden"]),
        .testTarget(name: "EndToEndTests", dependencies: ["PannierCore", "ChildPrograms", "CLinux"]),
    ],
    swiftLanguageModes: [.v6]
)

/// Language settings are the same for every Swift target.
let cTargets: Set<String> = ["CLinux", "CReference", "ShiftedClock"]
/// Their tests look at what is internal (`@testable`), in release builds too: the tests run on what users run.
let openedToTests: Set<String> = [
    "PannierEngine", "PannierHTTP", "PannierMirror", "PannierScreen", "PannierServer", "PannierSettings",
    "PannierSync", "PannierTransfer", "pannier",
]
for target in package.targets where target.type != .system && !cTargets.contains(target.name) {
    var settings: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
    if Context.environment["PANNIER_STRICT"] != nil {
        settings.append(.treatAllWarnings(as: .error))
    }
    if openedToTests.contains(target.name) {
        settings.append(.unsafeFlags(["-enable-testing"], .when(configuration: .release)))
    }
    target.swiftSettings = settings
}
