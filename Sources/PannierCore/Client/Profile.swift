/// One account on this machine: each has its own agent, mirror and sign-in.
package struct Profile: Hashable, Sendable {
    package static let standard = Profile(checked: "default")

    package let name: String

    /// A name that is safe as a file name: 1 to 32 of `a-z`, `A-Z`, `0-9`, `.`, `_`, `-`, not beginning with a dot.
    package init?(_ name: String) {
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isAllowed, (1...32).contains(name.utf8.count), !name.hasPrefix(".") else { return nil }
        self.name = name
    }

    private init(checked name: String) { self.name = name }
}
