import Foundation
package import NIOCore
package import PannierCore

/// One ``EngineMessage`` a line: JSON, which never holds a line break, and `\n`.
package enum LineFraming {
    /// A page of a thousand rows with the longest names is some 2 MiB; a line beyond this is no message.
    package static let lineBytes = 8 << 20

    /// - Throws: ``Problem`` `tooLarge` for a message that would not be taken at the other end.
    package static func encode(_ message: EngineMessage) throws(Problem) -> ByteBuffer {
        let data: Data
        do {
            data = try WireJSON.encode(message)
        } catch {
            throw Problem(.internalError, "This message cannot be written: \(error).", status: 0)
        }
        guard data.count < lineBytes else {
            throw Problem(
                .tooLarge, "This is too much for one message.", detail: "Name fewer files at once.", status: 0)
        }
        var buffer = ByteBufferAllocator().buffer(capacity: data.count + 1)
        buffer.writeBytes(data)
        buffer.writeInteger(UInt8(ascii: "\n"))
        return buffer
    }

    package static func decode(_ line: ByteBuffer) throws(Problem) -> EngineMessage {
        do {
            return try WireJSON.decode(EngineMessage.self, from: Data(line.readableBytesView))
        } catch {
            throw Problem(
                .badRequest, "The agent and this program do not understand each other.",
                detail: "They may be of different versions: stop the agent with `pannier agent --stop`.", status: 0)
        }
    }
}

/// Cuts what arrives into lines; ends the connection when one grows too long.
package struct LineDecoder: NIOSingleStepByteToMessageDecoder {
    package typealias InboundOut = ByteBuffer

    /// Bytes of the unfinished line that hold no line break, so that no byte is looked at twice.
    private var searched = 0

    package init() {}

    package mutating func decode(buffer: inout ByteBuffer) throws -> ByteBuffer? {
        let view = buffer.readableBytesView
        guard let end = view.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) else {
            searched = view.count
            if searched >= LineFraming.lineBytes { throw Problem(.tooLarge, "A line has no end.", status: 0) }
            return nil
        }
        let length = end - view.startIndex
        searched = 0
        let line = buffer.readSlice(length: length)
        buffer.moveReaderIndex(forwardBy: 1)
        return line
    }

    /// Half a line at the end says nothing.
    package mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> ByteBuffer? {
        try decode(buffer: &buffer)
    }
}
