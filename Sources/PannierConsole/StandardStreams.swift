import Glibc

/// A write that failed.
package struct StreamFailure: Error, CustomStringConvertible {
    /// errno
    package let number: Int32

    package init(number: Int32) { self.number = number }

    package var description: String { String(cString: strerror(number)) }

    /// Nobody reads any more, as behind a `| head`: ends the program as others end there, without a word.
    package var isBrokenPipe: Bool { number == EPIPE }

    package static func endByBrokenPipe() {
        signal(SIGPIPE, SIG_DFL)
        kill(getpid(), SIGPIPE)
    }
}

/// The three descriptors that a program is started with.
package enum StandardStreams {
    /// Writes all of it, or says why not.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(StreamFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // A pipe that somebody has set to not blocking.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
            } else if errno != EINTR {
                throw StreamFailure(number: errno)
            }
        }
    }

    /// Descriptors 0 to 2 that came closed are opened on nothing, the wrong way round: otherwise a file or a socket would
    /// take their place, and what is printed would go there.
    package static func secure() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
