#pragma once
// Linux calls that Swift's Glibc module lacks. Each returns what the kernel's call returns, with errno set.
#include <stdint.h>
#include <sys/types.h>
#include <sys/socket.h>

/// Opens `path` beneath `directory`, following no symbolic link and leaving it by no `..` (openat2).
int pannier_open_beneath(int directory, const char *path, int flags, unsigned mode);
/// Renames without replacing (RENAME_NOREPLACE): EEXIST when the target exists.
int pannier_rename_no_replace(int from_directory, const char *from, int to_directory, const char *to);
/// Exchanges two names atomically (RENAME_EXCHANGE).
int pannier_rename_exchange(int from_directory, const char *from, int to_directory, const char *to);
/// Writes the whole file system that holds `descriptor` to the disk.
int pannier_syncfs(int descriptor);
int pannier_eventfd(unsigned initial);
/// The uid of the process at the other end of a Unix socket, or -1.
long pannier_peer_uid(int socket);
/// Birth time in nanoseconds since 1970 and inode, or -1 where the file system keeps none.
int pannier_birth(int directory, const char *path, int64_t *birth, uint64_t *inode);
/// Keeps glibc from learning that buffers of megabytes belong on the heap: from 256 KiB on they are mapped, and given back
/// at once; few arenas.
void pannier_keep_heap_small(void);
