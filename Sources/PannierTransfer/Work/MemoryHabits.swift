internal import CLinux

/// How this process takes memory. Buffers of megabytes come and go all the time; glibc would learn from the first one
/// that such sizes belong on the heap, and the heap would never shrink again.
enum MemoryHabits {
    private static let settings: Void = pannier_bound_malloc(4, 256 << 10)

    /// Holds for the whole process, once said.
    static func keep() { settings }
}
