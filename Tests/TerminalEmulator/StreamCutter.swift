/// Cuts what a program writes where no character and no sequence is torn: reading ends wherever a buffer was full.
package struct StreamCutter {
    private enum Place {
        case ground
        /// So many bytes of a character are still to come.
        case character(Int)
        case escape
        /// One byte more: which set of characters is meant.
        case choice
        case control
        case command
    }

    private var place = Place.ground
    private var rest: [UInt8] = []

    package init() {}

    /// - Returns: what is whole of all that has come; the rest waits for what follows.
    package mutating func take(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var end = 0
        for byte in bytes {
            rest.append(byte)
            place = Self.next(place, byte)
            if case .ground = place { end = rest.count }
        }
        defer { rest.removeFirst(end) }
        return Array(rest[..<end])
    }

    private static func next(_ place: Place, _ byte: UInt8) -> Place {
        switch place {
        case .ground: byte == 0x1B ? .escape : Self.character(byte)
        case .character(let missing): missing > 1 ? .character(missing - 1) : .ground
        case .escape: Self.escape(byte)
        case .choice: .ground
        case .control: (0x40...0x7E).contains(byte) ? .ground : .control
        case .command: byte == 0x07 ? .ground : .command
        }
    }

    private static func character(_ byte: UInt8) -> Place {
        switch byte {
        case 0xC0...0xDF: .character(1)
        case 0xE0...0xEF: .character(2)
        case 0xF0...0xFF: .character(3)
        default: .ground
        }
    }

    private static func escape(_ byte: UInt8) -> Place {
        switch byte {
        case UInt8(ascii: "["): .control
        case UInt8(ascii: "]"): .command
        case UInt8(ascii: "("), UInt8(ascii: ")"): .choice
        default: .ground
        }
    }
}
