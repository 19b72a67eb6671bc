/// Deadlines of connections and sockets.
package struct ConnectionTiming: Sendable {
    /// Until a new connection has said what it wants.
    package var negotiation: Duration
    /// Longest time without a part of a request, or between two requests.
    package var request: Duration
    /// Longest time in which a client takes nothing of an answer.
    package var progress: Duration
    /// Between two pings of a push socket.
    package var ping: Duration
    /// A push socket that was not heard of for this long is closed.
    package var silence: Duration

    package init(
        negotiation: Duration = .seconds(10), request: Duration = .seconds(60), progress: Duration = .seconds(60),
        ping: Duration = .seconds(25), silence: Duration = .seconds(60)
    ) {
        self.negotiation = negotiation
        self.request = request
        self.progress = progress
        self.ping = ping
        self.silence = silence
    }
}
