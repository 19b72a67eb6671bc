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
        // Keys and tokens are in memory.
        setLimit(RLIMIT_CORE) { _ in 0 }
        // A socket for each client, and the usual limit is 1,024.
        setLimit(RLIMIT_NOFILE) { $0 }
    }

    /// - Parameter change: from the hard limit to the one that shall hold.
    private static func setLimit(_ resource: __rlimit_resource, _ change: (rlim_t) -> rlim_t) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = change(limit.rlim_max)
        setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    }
}
