import Glibc
package import PannierCore

/// This machine's clock. Shown to people, compared with nothing but itself.
package enum WallClock {
    package static var now: Milliseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Milliseconds(time.tv_sec) * 1_000 + Milliseconds(time.tv_nsec) / 1_000_000
    }
}
