internal import PannierChunks
internal import PannierCore

/// Fills one window's buffer from file after file, and remembers where the pieces lie.
struct WindowFiller {
    private struct Cut {
        let file: FileKey
        let taken: FileReading.Taken
        let range: Range<Int>
    }

    private var cuts: [Cut] = []
    private var ends: [FileEnd] = []

    var itemCount: Int { max(cuts.count, ends.count) }

    /// Reads one file on, until it ends or the buffer is full.
    /// - Parameters:
    ///   - used: bytes of the buffer that hold something already.
    ///   - step: bytes to ask of the kernel at once.
    /// - Returns: whether the file has ended. If not, the bytes behind its last cut were carried over to it.
    mutating func fill(
        from reading: FileReading, into buffer: UnsafeMutableRawBufferPointer, used: inout Int, step: Int
    ) -> Bool {
        var start = used
        used += reading.takeCarried(into: UnsafeMutableRawBufferPointer(rebasing: buffer[used...]))
        while used < buffer.count {
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer[used..<min(used + step, buffer.count)])
            let count = reading.read(into: room)
            used += count
            cut(reading, buffer, from: &start, to: used, isEnd: count == 0)
            if count == 0 {
                ends.append(reading.end())
                return true
            }
        }
        reading.carry(UnsafeRawBufferPointer(rebasing: buffer[start..<used]))
        return false
    }

    private mutating func cut(
        _ reading: FileReading, _ buffer: UnsafeMutableRawBufferPointer, from start: inout Int, to end: Int, isEnd: Bool
    ) {
        while start < end {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
            guard let length = reading.cut(rest, isEnd: isEnd) else { return }
            let taken = reading.take(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            cuts.append(Cut(file: reading.file.key, taken: taken, range: start..<start + length))
            start += length
        }
    }

    func window(_ buffer: [UInt8], unread: Backlog, added: Backlog) -> ReadWindow {
        let pieces = cuts.map { cut in
            Piece(
                file: cut.file, index: cut.taken.index, offset: cut.taken.offset, fingerprint: cut.taken.fingerprint,
                bytes: buffer[cut.range], choice: cut.taken.choice)
        }
        return ReadWindow(pieces: pieces, ends: ends, unread: unread, added: added)
    }
}
