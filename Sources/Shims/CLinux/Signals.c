#define _GNU_SOURCE
#include "CLinuxSignals.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static _Atomic int bell = -1;
static _Atomic uint64_t pending = 0;

static void note(int signal) {
    int saved = errno;
    atomic_fetch_or(&pending, (uint64_t)1 << signal);
    uint64_t one = 1;
    // A full counter has been rung already; there is nothing to do about any other failure in a handler.
    ssize_t written = write(atomic_load(&bell), &one, sizeof one);
    (void)written;
    errno = saved;
}

void pannier_signals_ring(int descriptor) { atomic_store(&bell, descriptor); }

int pannier_signal_watch(int signal) {
    // Programs that are started from a thread with signals blocked begin with them blocked.
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    if (pthread_sigmask(SIG_UNBLOCK, &only, NULL) != 0) return -1;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    return sigaction(signal, &action, NULL);
}

int pannier_signal_release(int signal) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    return sigaction(signal, &action, NULL);
}

uint64_t pannier_signals_take(void) { return atomic_exchange(&pending, 0); }

static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
enum { fault_count = sizeof faults / sizeof faults[0] };
static struct sigaction previous[fault_count];
static struct termios modes;
static _Atomic int guarded = -1;

static void restore(int signal) {
    // Plain attributes, text order as found, no mouse, no brackets around what is pasted, cursor keys as found, cursor
    // shown, main screen: words that every terminal of today knows.
    static const char leave[] =
        "\x1b[0m\x1b[8h\x1b[?1006;1000l\x1b[?2004l\x1b[?1l\x1b>\x1b[?25h\x1b[?1049l\r\n";
    int descriptor = atomic_exchange(&guarded, -1);
    if (descriptor >= 0) {
        ssize_t written = write(descriptor, leave, sizeof leave - 1);
        (void)written;
        tcsetattr(descriptor, TCSANOW, &modes);
    }
    // Whoever handled it before (Swift's backtracer, or nobody) gets it when the instruction faults again.
    for (int index = 0; index < fault_count; index++) {
        if (faults[index] == signal) sigaction(signal, &previous[index], NULL);
    }
    raise(signal);
}

int pannier_terminal_guard(int descriptor) {
    if (tcgetattr(descriptor, &modes) != 0) return -1;
    atomic_store(&guarded, descriptor);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = restore;
    // On the alternate stack where there is one: a stack overflow is a fault, too.
    action.sa_flags = SA_ONSTACK;
    for (int index = 0; index < fault_count; index++) {
        if (sigaction(faults[index], &action, &previous[index]) != 0) return -1;
    }
    return 0;
}

void pannier_terminal_unguard(void) {
    if (atomic_exchange(&guarded, -1) < 0) return;
    for (int index = 0; index < fault_count; index++) sigaction(faults[index], &previous[index], NULL);
}
