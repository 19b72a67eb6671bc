import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection whose client does not take what it is sent, and tells when it has taken everything: what a
/// client leaves lying is memory of ours, and a place among the transfers that others wait for.
final class OutboundProgressHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A body goes out in slices of this many bytes: to take one within the patience is progress.
    private static let slice = 64 << 10

    /// How long a client may take nothing at all.
    private let patience: TimeAmount
    /// Writes that the kernel has not taken.
    private var unsent = 0
    private var deadline: Scheduled<Void>?
    private var waiters: [EventLoopPromise<Void>] = []

    init(patience: TimeAmount) { self.patience = patience }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .body(var buffer) = unwrapOutboundIn(data), buffer.readableBytes > Self.slice else {
            return follow(data, promise, context)
        }
        while buffer.readableBytes > Self.slice, let piece = buffer.readSlice(length: Self.slice) {
            follow(wrapOutboundOut(.body(piece)), nil, context)
        }
        follow(wrapOutboundOut(.body(buffer)), promise, context)
    }

    private func follow(_ data: NIOAny, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in handler.value.0.sent(handler.value.1) }
        unsent += 1
        if deadline == nil { wait(context) }
        context.write(data, promise: promise)
    }

    private func sent(_ context: ChannelHandlerContext) {
        unsent -= 1
        deadline?.cancel()
        deadline = nil
        if unsent > 0 { wait(context) } else { release(.success(())) }
    }

    private func wait(_ context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        release(.failure(ChannelError.ioOnClosedChannel))
        context.fireChannelInactive()
    }

    private func release(_ result: Result<Void, any Error>) {
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.completeWith(result) }
    }

    /// Ends when the kernel has taken all that was written to `channel` so far. A channel without such a handler has
    /// nothing to wait for.
    /// - Throws: when the connection ended before.
    static func drained(_ channel: any Channel) async throws {
        try await channel.eventLoop.flatSubmit {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            let handler = try? channel.pipeline.syncOperations.handler(type: OutboundProgressHandler.self)
            if let handler, handler.unsent > 0 { handler.waiters.append(promise) } else { promise.succeed() }
            return promise.futureResult
        }.get()
    }
}
