import PannierCore
import PannierMirror

/// When a piece of work is done, and what is known then.
struct Moment {
    /// As the agenda counts.
    var now: Milliseconds
    /// By which the disk stamps files.
    var wall: Nanoseconds
    /// Names in a folder that the watcher knows to be in the midst of something.
    var busy: (LocalID) -> Set<[UInt8]>
}
