#pragma once
// Linux calls that Swift's Glibc module lacks. Each returns what the kernel's call returns, with errno set.
#include <stdint.h>
#include <sys/types.h>
#include "CLinuxSignals.h"

/// Opens `path` beneath `directory`, following no symbolic link and leaving it by no `..` (openat2).
int pannier_open_beneath(int directory, const char *path, int flags, unsigned mode);
/// The same, and no other file system or mount is entered on the way or at its end: EXDEV.
int pannier_open_beneath_on_disk(int directory, const char *path, int flags, unsigned mode);
/// O_PATH, which needs no right to read.
extern const int pannier_o_path;
/// What statx(2) tells; times in nanoseconds since 1970.
struct pannier_statx {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t modified;
    int64_t changed;
    int64_t birth;
    uint32_t mode;
    uint32_t links;
    uint8_t has_birth;
    /// Something is mounted there: this is the top of that.
    uint8_t is_mount_root;
};
/// Of a name in an open folder, without following it where it is a link; of the descriptor itself where `name` is empty.
int pannier_statx(int directory, const char *name, struct pannier_statx *status);
/// Renames without replacing (RENAME_NOREPLACE): EEXIST when the target exists.
int pannier_rename_no_replace(int from_directory, const char *from, int to_directory, const char *to);
/// Lets two names change what they stand for (RENAME_EXCHANGE).
int pannier_rename_exchange(int from_directory, const char *from, int to_directory, const char *to);
/// The kind of the file system that holds `descriptor`, by its magic number (fstatfs).
int pannier_file_system(int descriptor, uint32_t *magic);
/// The access list of a file (POSIX ACL) as the kernel keeps it, of a name in an open folder; O_PATH is enough, and no right to
/// read. Returns its length in bytes, 0 where there is none.
ssize_t pannier_access_list(int directory, const char *name, void *list, size_t room);
/// Gives an open file that access list; without a length it has none.
int pannier_set_access_list(int descriptor, const void *list, size_t length);
/// Writes the whole file system that holds `descriptor` to the disk.
int pannier_syncfs(int descriptor);
/// Writes the dirty pages of one file and waits for that, without metadata and without a flush of the disk's cache
/// (sync_file_range).
int pannier_write_back(int descriptor);
int pannier_eventfd(unsigned initial);
/// A descriptor that becomes readable when the process ends (pidfd_open).
int pannier_pidfd(pid_t process);
/// Signals the process of a pidfd, and never another one that was given its number (pidfd_send_signal).
int pannier_pidfd_signal(int descriptor, int signal);
/// What fstat(2) tells, in a type of our own: Swift finds `struct stat` in whichever C module it met first.
struct pannier_file_status {
    uint32_t mode;
    uint32_t owner;
    int64_t size;
};
int pannier_file_status(int descriptor, struct pannier_file_status *status);
/// Bounds malloc(3): the number of arenas, and the size in bytes from which memory is mapped and unmapped directly.
void pannier_bound_malloc(int arenas, int mapped_from);
/// How many free bytes at its end an arena of malloc(3) keeps before the kernel gets them back.
void pannier_keep_freed(int bytes);
/// Starts a program in a session of its own, as nobody's child: standard input from /dev/null, output and errors to
/// `output`, `ready` as descriptor 3, nothing else inherited. `output` and `ready` must lie above 9. Returns 0 or an
/// error number (not errno).
int pannier_spawn_detached(const char *executable, char *const arguments[], int output, int ready);
