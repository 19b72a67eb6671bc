import CLinux
import Glibc
import NIOCore
import NIOPosix

/// What a process of pannier-server sets once, before anything else.
package enum ServerProcess {
    package static func prepare() {
        // Buffers of requests and packs go back to the system when they are freed, instead of into many arenas.
        pannier_bound_malloc(4, 256 << 10)
        NIOSingletons.groupLoopCountSuggestion = 2
        // Whatever the server makes is for its own user alone.
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
    }
}
