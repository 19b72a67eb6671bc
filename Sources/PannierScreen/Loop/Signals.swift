import CLinux
import Glibc

/// Signals as events of the loop: handlers only set a bit and ring a bell. Process-wide, as signals are, so a program
/// makes one, from its main thread, before ncurses installs handlers of its own.
package struct Signals {
    /// What a full-screen program has to know of.
    package static let ofScreens = [SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT]

    private let watched: [CInt]

    package init(_ watched: [CInt] = ofScreens, ringing bell: Bell) {
        self.watched = watched
        // A handler may come at any time later, so the descriptor must never be closed.
        _ = Unmanaged.passRetained(bell)
        pannier_signals_ring(bell.descriptor)
        for signal in watched { pannier_signal_watch(signal) }
    }

    /// The signals that came since the last call.
    package func take() -> [CInt] {
        let bits = pannier_signals_take()
        guard bits != 0 else { return [] }
        return watched.filter { bits >> UInt64($0) & 1 == 1 }
    }

    /// Stops this process and those in front of it in the same job, as C-z does without a full-screen program. Returns
    /// when somebody continues it. Give the terminal back first.
    package func stopJob() {
        pannier_signal_release(SIGTSTP)
        kill(0, SIGTSTP)
        pannier_signal_watch(SIGTSTP)
    }

    /// Gives every signal its default action back.
    package func release() { for signal in watched { pannier_signal_release(signal) } }
}
