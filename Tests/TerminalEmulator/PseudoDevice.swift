import Glibc
package import PannierScreen

/// A terminal device and its other end, where what a program writes can be read and keys can be written.
package struct PseudoDevice {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The other end. Whoever made the device closes it.
    package let main: CInt
    /// Of the device, for a program to open.
    package let path: String

    /// - Throws: ``Failure`` when the system has none left.
    package init(size: Size) throws {
        // posix_openpt and its like are hidden from Swift; this is what they do on Linux.
        main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var unlocked: CInt = 0
        var number: CUnsignedInt = 0
        guard main >= 0, ioctl(main, UInt(0x4004_5431), &unlocked) == 0, ioctl(main, UInt(0x8004_5430), &number) == 0
        else { throw Failure(description: "no pseudo terminal: \(String(cString: strerror(errno)))") }
        path = "/dev/pts/\(number)"
        Self.resize(main, to: size)
    }

    /// Whoever reads the device is told that its window has this size now.
    package static func resize(_ main: CInt, to size: Size) {
        var window = winsize(
            ws_row: UInt16(size.rows), ws_col: UInt16(size.columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(main, UInt(TIOCSWINSZ), &window)
    }
}
