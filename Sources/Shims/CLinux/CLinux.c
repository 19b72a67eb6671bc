#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <linux/openat2.h>
#include <spawn.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

int pannier_rename_exchange(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_EXCHANGE);
}

int pannier_syncfs(int descriptor) { return syncfs(descriptor); }

int pannier_eventfd(unsigned initial) { return eventfd(initial, EFD_CLOEXEC | EFD_NONBLOCK); }

int pannier_pidfd(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

long pannier_peer_uid(int socket) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
    return (long)peer.uid;
}

int pannier_birth(int directory, const char *path, int64_t *birth, uint64_t *inode) {
    struct statx status;
    if (statx(directory, path, AT_SYMLINK_NOFOLLOW, STATX_BTIME | STATX_INO, &status) != 0) return -1;
    *inode = status.stx_ino;
    if (!(status.stx_mask & STATX_BTIME)) { errno = ENODATA; return -1; }
    *birth = (int64_t)status.stx_btime.tv_sec * 1000000000 + status.stx_btime.tv_nsec;
    return 0;
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

int pannier_spawn_detached(const char *executable, char *const arguments[], int output, int ready, pid_t *process) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0) return result;
    result = posix_spawnattr_init(&attributes);
    if (result != 0) { posix_spawn_file_actions_destroy(&actions); return result; }
    sigemptyset(&none);
    sigfillset(&defaults);
    // `output` and `ready` must lie above 3, or one would be overwritten before it is duplicated: the caller sees to it.
    if ((result = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
        (result = posix_spawn_file_actions_adddup2(&actions, output, 1)) == 0 &&
        (result = posix_spawn_file_actions_adddup2(&actions, output, 2)) == 0 &&
        (result = posix_spawn_file_actions_adddup2(&actions, ready, 3)) == 0 &&
        (result = posix_spawn_file_actions_addclosefrom_np(&actions, 4)) == 0 &&
        (result = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
        (result = posix_spawnattr_setsigdefault(&attributes, &defaults)) == 0 &&
        (result = posix_spawnattr_setflags(
             &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)) == 0)
        result = posix_spawn(process, executable, &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}
