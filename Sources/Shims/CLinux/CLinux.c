#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int pannier_open_beneath(int directory, const char *path, int flags, unsigned mode) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = (uint64_t)(unsigned)flags;
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int pannier_rename_no_replace(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

int pannier_syncfs(int descriptor) { return syncfs(descriptor); }

int pannier_write_back(int descriptor) {
    return sync_file_range(
        descriptor, 0, 0,
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
}

int pannier_eventfd(unsigned initial) { return eventfd(initial, EFD_CLOEXEC | EFD_NONBLOCK); }

int pannier_pidfd(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int pannier_pidfd_signal(int descriptor, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0);
}

int pannier_file_status(int descriptor, struct pannier_file_status *status) {
    struct stat found;
    if (fstat(descriptor, &found) != 0) return -1;
    status->mode = found.st_mode;
    status->owner = found.st_uid;
    status->size = found.st_size;
    return 0;
}

void pannier_bound_malloc(int arenas, int mapped_from) {
    mallopt(M_ARENA_MAX, arenas);
    mallopt(M_MMAP_THRESHOLD, mapped_from);
}

extern char **environ;

// In the child of a process with threads: only calls that are safe in a signal handler.
static void become(const char *executable, char *const arguments[], int output, int ready, int failure) {
    sigset_t none;
    sigemptyset(&none);
    int input = open("/dev/null", O_RDONLY);
    if (input >= 0 && dup2(input, 0) >= 0 && dup2(output, 1) >= 0 && dup2(output, 2) >= 0 && dup2(ready, 3) >= 0 &&
        dup2(failure, 4) >= 0 && fcntl(4, F_SETFD, FD_CLOEXEC) == 0 && close_range(5, ~0U, 0) == 0) {
        failure = 4;
        for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(executable, arguments, environ);
    }
    int error = errno;
    if (write(failure, &error, sizeof error) < 0) _exit(126);
    _exit(127);
}

int pannier_spawn_detached(const char *executable, char *const arguments[], int output, int ready) {
    int report[2], error = 0;
    if (pipe2(report, O_CLOEXEC) != 0) return errno;
    // Above what the child puts in place.
    int failure = fcntl(report[1], F_DUPFD_CLOEXEC, 10);
    close(report[1]);
    pid_t between = failure < 0 ? -1 : fork();
    if (between == 0) {
        // The child's child belongs to init, not to whoever starts it: nobody has to wait for its end.
        if (setsid() >= 0 && fork() == 0) become(executable, arguments, output, ready, failure);
        _exit(0);
    }
    if (between < 0) error = errno;
    close(failure);
    if (between > 0) {
        int status;
        while (waitpid(between, &status, 0) < 0 && errno == EINTR) {}
        ssize_t count;
        while ((count = read(report[0], &error, sizeof error)) < 0 && errno == EINTR) {}
        if (count != (ssize_t)sizeof error) error = 0;
    }
    close(report[0]);
    return error;
}
