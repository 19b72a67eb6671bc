import Glibc
import PannierScreen

/// Waits for descriptors, and knows when a signal asks for the end: with a handler instead of the default action, what
/// was started can still be ended and removed.
struct Interruptions {
    private let bell: Bell
    private let signals: Signals

    init() throws {
        bell = try Bell()
        signals = Signals([SIGTERM, SIGHUP, SIGINT], ringing: bell)
    }

    /// Waits until one of the descriptors is readable.
    /// - Returns: its index; nil when `limit` has passed first.
    /// - Throws: ``DemoFailure`` when a signal asks for the end.
    func wait(for descriptors: [CInt], limit: Duration) throws -> Int? {
        if let signal = signals.take().first { throw DemoFailure.interrupted(by: signal) }
        defer { bell.hush() }
        let found = Self.poll(descriptors + [bell.descriptor], limit: limit)
        if let signal = signals.take().first { throw DemoFailure.interrupted(by: signal) }
        return found.flatMap { $0 < descriptors.count ? $0 : nil }
    }

    /// As ``wait(for:limit:)``, deaf to signals: for the way out.
    static func poll(_ descriptors: [CInt], limit: Duration) -> Int? {
        let clock = ContinuousClock()
        let end = clock.now + limit
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            let left = max(.zero, end - clock.now)
            let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
            let count = Glibc.poll(&entries, nfds_t(entries.count), CInt(clamping: milliseconds))
            if count > 0 { return entries.firstIndex { $0.revents != 0 } }
            guard count < 0, errno == EINTR else { return nil }
        }
    }
}
