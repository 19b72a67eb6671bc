import PannierScreen

/// How a terminal shows what is written next: the sum of all SGR sequences.
struct Rendition: Equatable {
    private(set) var look = Look()
    /// Parameters that no sequence of ours has.
    private(set) var unknown: [Int] = []

    mutating func apply(_ text: String) {
        var numbers = text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }[...]
        while let number = numbers.popFirst() {
            switch number {
            case 0: look = Look()
            case 1: look.attributes.insert(.bold)
            case 2: look.attributes.insert(.dim)
            case 4: look.attributes.insert(.underline)
            case 7: look.attributes.insert(.reverse)
            case 22: look.attributes.subtract([.bold, .dim])
            case 24: look.attributes.remove(.underline)
            case 27: look.attributes.remove(.reverse)
            case 30...37: look.ink = .index(UInt8(number - 30))
            case 40...47: look.ground = .index(UInt8(number - 40))
            case 90...97: look.ink = .index(UInt8(number - 82))
            case 100...107: look.ground = .index(UInt8(number - 92))
            case 39: look.ink = .standard
            case 49: look.ground = .standard
            case 38: if let colour = colour(&numbers) { look.ink = colour }
            case 48: if let colour = colour(&numbers) { look.ground = colour }
            default: unknown.append(number)
            }
        }
    }

    private mutating func colour(_ numbers: inout ArraySlice<Int>) -> Colour? {
        switch numbers.popFirst() {
        case 5: return numbers.popFirst().map { .index(UInt8($0)) }
        case 2:
            let parts = (0..<3).compactMap { _ in numbers.popFirst() }
            return .rgb(parts.reduce(0) { $0 << 8 | UInt32($1) })
        case let other:
            unknown.append(other ?? -1)
            return nil
        }
    }
}
