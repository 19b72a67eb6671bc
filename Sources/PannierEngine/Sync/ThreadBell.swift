import Glibc
import PannierCore

/// Wakes a thread from any other one. Rung before it is waited for, it is heard at once; rung many times, it is heard once.
///
/// A wait ends by the clock that only goes forward. DispatchSemaphore's ends by the date (sem_timedwait): with a clock that
/// is put back by an hour meanwhile, it takes an hour longer.
///
/// Unchecked: everything is behind the lock.
final class ThreadBell: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let heard = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isRung = false

    init() {
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(heard, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(heard)
        pthread_mutex_destroy(lock)
        heard.deallocate()
        lock.deallocate()
    }

    func ring() {
        pthread_mutex_lock(lock)
        isRung = true
        pthread_cond_signal(heard)
        pthread_mutex_unlock(lock)
    }

    /// Returns when it is rung.
    /// - Parameter pause: or after so long at the latest; nil: however long that takes.
    func wait(atMost pause: Milliseconds?) {
        let end = pause.map { Self.moment(after: $0) }
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while !isRung {
            if var end {
                guard pthread_cond_timedwait(heard, lock, &end) == 0 else { break }
            } else {
                pthread_cond_wait(heard, lock)
            }
        }
        isRung = false
    }

    private static func moment(after pause: Milliseconds) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let nanoseconds = time.tv_nsec + Int(pause % 1_000) * 1_000_000
        time.tv_sec += Int(pause / 1_000) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        return time
    }
}
