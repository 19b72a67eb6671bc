/// Memory that is used again and again and grows to the largest piece it was asked for. One owner.
struct ScratchBuffer: ~Copyable {
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    deinit { memory.deallocate() }

    /// Bytes held; a power of two, or none yet.
    var capacity: Int { memory.count }

    /// Exactly `count` bytes with anything in them; what an earlier call returned must not be used any more.
    mutating func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if memory.count < count {
            memory.deallocate()
            let capacity = 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
            memory = .allocate(byteCount: capacity, alignment: 64)
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
    }
}

// @unchecked: plain memory whose only owner cannot be copied.
extension ScratchBuffer: @unchecked Sendable {}
