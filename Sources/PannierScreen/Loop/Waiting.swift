import Glibc

/// What woke the loop.
package struct Wake: Hashable, Sendable {
    /// Keys may be waiting.
    package var keys = false
    /// The bell has rung.
    package var bell = false
    /// The terminal has gone.
    package var hangup = false

    /// Waits until there are keys, the bell rings, or `milliseconds` have passed (nil: for ever).
    package static func wait(input: CInt, bell: CInt, milliseconds: Int?) -> Wake {
        var descriptors = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
        ]
        let limit = milliseconds.map { CInt(clamping: max(0, $0)) } ?? -1
        // Interrupted by a signal, it has rung the bell: the next wait returns at once.
        guard poll(&descriptors, nfds_t(descriptors.count), limit) > 0 else { return Wake() }
        let gone = Int16(POLLHUP | POLLERR | POLLNVAL)
        return Wake(
            keys: descriptors[0].revents & Int16(POLLIN) != 0, bell: descriptors[1].revents != 0,
            hangup: descriptors[0].revents & gone != 0)
    }
}
