import CNcurses
import Glibc
import Synchronization

/// Gives the screen back should the process call `exit` while it is taken.
enum ExitGuard {
    private static let open = Atomic<Bool>(false)
    private static let isInstalled = Atomic<Bool>(false)

    /// Whether ncurses holds the screen now.
    static var isOpen: Bool {
        get { open.load(ordering: .sequentiallyConsistent) }
        set { open.store(newValue, ordering: .sequentiallyConsistent) }
    }

    static func install() {
        guard !isInstalled.exchange(true, ordering: .sequentiallyConsistent) else { return }
        atexit { if ExitGuard.isOpen { endwin() } }
    }
}
