import Synchronization

/// Messages from any thread to the loop. Posting to an empty mailbox rings its bell; the loop drains it when it wakes.
package final class Mailbox<Message: Sendable>: Sendable {
    package let bell: Bell
    private let messages = Mutex<[Message]>([])

    /// - Throws: ``TerminalError``.
    package init() throws { bell = try Bell() }

    package func post(_ message: Message) {
        let wasEmpty = messages.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        if wasEmpty { bell.ring() }
    }

    /// All messages in the order in which they were posted.
    package func drain() -> [Message] {
        // Hushed first: what is posted from here on rings again.
        bell.hush()
        return messages.withLock { messages in
            defer { messages.removeAll() }
            return messages
        }
    }
}
