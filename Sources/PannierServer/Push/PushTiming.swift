/// Deadlines of connections and sockets.
package struct PushTiming: Sendable {
    /// Until a new connection has said what it wants.
    package var negotiation: Duration
    /// Between two pings.
    package var ping: Duration
    /// A socket that was not heard of for this long is closed.
    package var idle: Duration

    package init(
        negotiation: Duration = .seconds(10), ping: Duration = .seconds(25), idle: Duration = .seconds(60)
    ) {
        self.negotiation = negotiation
        self.ping = ping
        self.idle = idle
    }
}
