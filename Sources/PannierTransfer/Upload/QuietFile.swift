internal import CLinux
package import Glibc
internal import PannierCore

/// Brings a file into a state in which every later store to it moves its times.
///
/// 1. Kernels stamp by a coarse clock: a change in the same tick as the one before would not be seen. So the times must be
///    older than a tick.
/// 2. A store through a mapping moves the times only when its page was clean; into a page that is dirty already it leaves
///    no trace. So what is dirty is written back first, which makes clean pages of it (on ext4, xfs and btrfs; a file
///    system without a disk, such as tmpfs, tells nothing of such stores).
/// 3. If the times are the same before and after that, no page became dirty in between.
///
/// The first store into a clean page sets the times, and the kernel writes a dirty page back after half a minute unless
/// it was told another age. So a file that did not change for a good while longer has no dirty pages, and most files need
/// no writing back. `st_ctime` is what counts: nobody can set it.
package struct QuietFile {
    /// A tick at the slowest setting there is (HZ=100), twice.
    private static let tick: Nanoseconds = 20_000_000
    /// Two minutes, or four times the age at which this kernel writes back.
    private static let settled: Nanoseconds = max(120_000_000_000, 4 * expiry)
    /// Rounds before the file is said to be changing.
    private static let rounds = 3

    /// - Returns: the state from which on nothing changes unseen; nil when it does not come to rest.
    package static func status(of file: Descriptor) throws(LocalError) -> stat? {
        var before = try file.status()
        guard before.isRegular, before.st_size > 0 else { return before }
        for _ in 0..<rounds {
            let age = age(before)
            if (0..<tick).contains(age) {
                usleep(UInt32((tick - age) / 1_000))
                let now = try file.status()
                // Changed again: that is as young as the change before was.
                guard isSame(before, now) else {
                    before = now
                    continue
                }
            }
            // From the future: nothing can be told from that.
            guard !(settled...).contains(age) else { return before }
            writeBack(file)
            let after = try file.status()
            if isSame(before, after) { return after }
            before = after
        }
        return nil
    }

    private static func isSame(_ one: stat, _ other: stat) -> Bool {
        one.changed == other.changed && one.modified == other.modified
    }

    /// Without the flush of the disk that fdatasync brings: nothing has to be durable here, and a thousand small files
    /// would take seconds. That the disk cannot (it is read-only, say) or has a fault is for the reading to find out.
    private static func writeBack(_ file: Descriptor) {
        if pannier_write_back(file.number) != 0 { fdatasync(file.number) }
    }

    private static func age(_ status: stat) -> Nanoseconds {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let (age, overflow) = (Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
            .subtractingReportingOverflow(status.changed)
        return overflow ? -1 : age
    }

    /// `vm.dirty_expire_centisecs`.
    private static let expiry: Nanoseconds = {
        guard let file = try? Descriptor.open(LocalPath("/proc/sys/vm/dirty_expire_centisecs"), O_RDONLY) else {
            return 0
        }
        var text = [UInt8](repeating: 0, count: 32)
        let count = read(file.number, &text, text.count)
        let digits = text.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
        let value = Int64(String(decoding: digits, as: UTF8.self)) ?? 0
        return min(value, 1_000_000) * 10_000_000
    }()
}
