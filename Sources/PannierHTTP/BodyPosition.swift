internal import Synchronization

/// Bytes of one body that have gone out, or have come in. Set by the loop's thread, read from any. Unlike a meter it goes
/// back when a body is begun anew.
///
/// Sent is what libcurl took to write it to the socket: up to a buffer of its own and one of the kernel more than what
/// has left this machine.
package final class BodyPosition: Sendable {
    private let bytes = Atomic<Int>(0)

    package init() {}

    package var count: Int { bytes.load(ordering: .relaxed) }

    /// What passed counts no more: the body will be begun anew. Only while no exchange has it.
    package func reset() { set(0) }

    func set(_ count: Int) { bytes.store(count, ordering: .relaxed) }
}
