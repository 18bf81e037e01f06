/* Stands between a program and the C library: below $FAULT_HOME, writing fails.
 *
 * FAULT_AT     the call that fails first, counted from 1 in each process; 0 or unset: none does
 * FAULT_FOR    how many calls fail from there on
 * FAULT_EVERY  besides, every so-manieth call fails
 * FAULT_ERRNO  what they fail with
 * FAULT_SLOW   microseconds that each call takes longer
 * FAULT_COUNT  a file that is given a byte for every call, so that somebody may know how many there are
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long calls = 0;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static int fails(int fd) {
    const char *home = getenv("FAULT_HOME");
    char link[64], path[4096];
    if (!home) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int saved = errno;
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, home, strlen(home))) return 0;
    long at = number("FAULT_AT"), nth = __sync_add_and_fetch(&calls, 1);
    if (number("FAULT_SLOW")) usleep(number("FAULT_SLOW"));
    const char *count = getenv("FAULT_COUNT");
    if (count) {
        ssize_t (*plain)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
        int out = open(count, O_WRONLY | O_APPEND | O_CREAT, 0600);
        plain(out, "x", 1);
        close(out);
    }
    long every = number("FAULT_EVERY");
    if ((at && nth >= at && nth < at + number("FAULT_FOR")) || (every && nth % every == 0)) {
        errno = number("FAULT_ERRNO");
        return 1;
    }
    return 0;
}

#define STAND_BEFORE(kind, name, parameters, arguments, failed)  \
    kind name parameters {                                       \
        static kind (*real) parameters = 0;                      \
        if (!real) real = dlsym(RTLD_NEXT, #name);               \
        return fails(fd) ? failed : real arguments;              \
    }

STAND_BEFORE(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n), -1)
STAND_BEFORE(ssize_t, pwrite, (int fd, const void *from, size_t n, off_t at), (fd, from, n, at), -1)
STAND_BEFORE(ssize_t, pwrite64, (int fd, const void *from, size_t n, off64_t at), (fd, from, n, at), -1)
STAND_BEFORE(int, fsync, (int fd), (fd), -1)
STAND_BEFORE(int, fdatasync, (int fd), (fd), -1)
STAND_BEFORE(int, ftruncate, (int fd, off_t n), (fd, n), -1)
STAND_BEFORE(int, ftruncate64, (int fd, off64_t n), (fd, n), -1)
STAND_BEFORE(int, posix_fallocate, (int fd, off_t at, off_t n), (fd, at, n), errno)
STAND_BEFORE(int, posix_fallocate64, (int fd, off64_t at, off64_t n), (fd, at, n), errno)
