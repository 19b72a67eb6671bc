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
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif

static int open_resolving(int directory, const char *path, int flags, unsigned mode, uint64_t more) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = (uint64_t)(unsigned)flags;
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | more;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int pannier_open_beneath(int directory, const char *path, int flags, unsigned mode) {
    return open_resolving(directory, path, flags, mode, 0);
}

int pannier_open_beneath_on_disk(int directory, const char *path, int flags, unsigned mode) {
    return open_resolving(directory, path, flags, mode, RESOLVE_NO_XDEV);
}

const int pannier_o_path = O_PATH;

// Saturates: file systems know years that nanoseconds in 64 bits do not.
static int64_t nanoseconds(struct statx_timestamp time) {
    int64_t sum;
    if (!__builtin_mul_overflow(time.tv_sec, (int64_t)1000000000, &sum) &&
        !__builtin_add_overflow(sum, (int64_t)time.tv_nsec, &sum)) return sum;
    return time.tv_sec < 0 ? INT64_MIN : INT64_MAX;
}

int pannier_statx(int directory, const char *name, struct pannier_statx *status) {
    struct statx found;
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (name[0] == 0 ? AT_EMPTY_PATH : 0);
    if (statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &found) != 0) return -1;
    status->mode = found.stx_mode;
    status->links = found.stx_nlink;
    status->size = (int64_t)found.stx_size;
    status->device = makedev(found.stx_dev_major, found.stx_dev_minor);
    status->inode = found.stx_ino;
    status->modified = nanoseconds(found.stx_mtime);
    status->changed = nanoseconds(found.stx_ctime);
    status->has_birth = (found.stx_mask & STATX_BTIME) != 0;
    status->birth = status->has_birth ? nanoseconds(found.stx_btime) : 0;
    status->is_mount_root = (found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return 0;
}

int pannier_rename_no_replace(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

int pannier_rename_exchange(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_EXCHANGE);
}

int pannier_syncfs(int descriptor) { return syncfs(descriptor); }

int pannier_file_system(int descriptor, uint32_t *magic) {
    struct statfs found;
    if (fstatfs(descriptor, &found) != 0) return -1;
    *magic = (uint32_t)found.f_type;
    return 0;
}

static const char access_list[] = "system.posix_acl_access";

// Where there is none, or no disk of this kind has any.
static int is_without_list(void) { return errno == ENODATA || errno == EOPNOTSUPP; }

ssize_t pannier_access_list(int directory, const char *name, void *list, size_t room) {
    // There is no getxattrat before Linux 6.13, and fgetxattr wants a descriptor that may read.
    char path[512];
    int length = snprintf(path, sizeof path, "/proc/self/fd/%d/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    ssize_t found = lgetxattr(path, access_list, list, room);
    return found < 0 && is_without_list() ? 0 : found;
}

int pannier_set_access_list(int descriptor, const void *list, size_t length) {
    if (length > 0) return fsetxattr(descriptor, access_list, list, length, 0);
    return fremovexattr(descriptor, access_list) == 0 || is_without_list() ? 0 : -1;
}

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

void pannier_keep_freed(int bytes) { mallopt(M_TRIM_THRESHOLD, bytes); }

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
