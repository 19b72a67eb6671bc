#pragma once
// Signals as events. A handler may do next to nothing, so these only set a bit and ring an eventfd; a loop takes the
// bits when it wakes. Process-wide, as signals are.
#include <stdint.h>

/// Rings `bell` (an eventfd, which must stay open for ever) for every signal watched from now on.
void pannier_signals_ring(int bell);
/// Watches a signal instead of its default action, and lets it through to this thread. 0, or -1 with errno.
int pannier_signal_watch(int signal);
/// Gives a signal its default action back. 0, or -1 with errno.
int pannier_signal_release(int signal);
/// The signals that came since the last call: bit 1 << signal.
uint64_t pannier_signals_take(void);

/// Remembers the modes of the terminal `descriptor`, and restores them, ends every mode of the terminal itself that a
/// full-screen program sets (mouse, paste, alternate screen), should the process die of a fault (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT). The fault then takes its course.
/// 0, or -1 with errno.
int pannier_terminal_guard(int descriptor);
/// Ends the guard. Call it once the terminal has been restored properly.
void pannier_terminal_unguard(void);
