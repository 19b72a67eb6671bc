internal import Synchronization

/// Bytes of bodies that crossed the network, sent again included. Added to from the loop's thread, read from any.
package final class TransferMeter: Sendable {
    private let sentCounter = Atomic<Int64>(0)
    private let receivedCounter = Atomic<Int64>(0)

    package init() {}

    package var sent: Int64 { sentCounter.load(ordering: .relaxed) }
    package var received: Int64 { receivedCounter.load(ordering: .relaxed) }
    package var moved: Int64 { sent + received }

    func addSent(_ count: Int) { sentCounter.add(Int64(count), ordering: .relaxed) }
    func addReceived(_ count: Int) { receivedCounter.add(Int64(count), ordering: .relaxed) }
}
