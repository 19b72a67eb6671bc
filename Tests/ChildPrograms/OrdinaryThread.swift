package import Glibc

/// Lets this thread alone reach files as an ordinary user does, whoever runs the tests.
package enum OrdinaryThread {
    /// Nobody's, on every system.
    package static let user: uid_t = 65_534

    package static func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard geteuid() == 0 else { return try body() }
        _ = setfsuid(user)
        defer { _ = setfsuid(0) }
        return try body()
    }
}

/// Of this thread, and no other: the kernel takes root's right to pass over modes away with it.
@_silgen_name("setfsuid") private func setfsuid(_ user: uid_t) -> Int32
