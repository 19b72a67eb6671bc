#define _GNU_SOURCE
#include "ShiftedClock.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static _Atomic(const _Atomic(int64_t) *) shared;

/// No date, but a time since the start of the machine: no machine runs for three years, and no date lies in 1973.
static const time_t first_date = 100000000;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("PANNIER_TEST_CLOCK");
    if (!path) return;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) abort();
    void *page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) abort();
    close(file);
    atomic_store(&shared, page);
}

static time_t shift(void) {
    const _Atomic(int64_t) *seconds = atomic_load(&shared);
    return seconds ? (time_t)atomic_load(seconds) : 0;
}

static struct timespec real(const struct timespec *date) {
    struct timespec time = *date;
    if (time.tv_sec > first_date || time.tv_sec < 0) time.tv_sec -= shift();
    if (time.tv_sec < 0) time.tv_sec = 0;
    return time;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    if (syscall(SYS_clock_gettime, clock, time) != 0) return -1;
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI) time->tv_sec += shift();
    return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    if (syscall(SYS_gettimeofday, time, zone) != 0) return -1;
    time->tv_sec += shift();
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *time, int base) {
    if (base != TIME_UTC) return 0;
    clock_gettime(CLOCK_REALTIME, time);
    return base;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict date) {
    struct timespec time = real(date);
    return NEXT(sem_timedwait)(semaphore, &time);
}

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict date) {
    struct timespec time = real(date);
    return NEXT(pthread_cond_timedwait)(condition, mutex, &time);
}

int timerfd_settime(int file, int flags, const struct itimerspec *new, struct itimerspec *old) {
    struct itimerspec timer = *new;
    // All zeros disarm it.
    if ((flags & TFD_TIMER_ABSTIME) && timer.it_value.tv_sec > first_date) {
        timer.it_value = real(&timer.it_value);
        if (timer.it_value.tv_sec == 0 && timer.it_value.tv_nsec == 0) timer.it_value.tv_nsec = 1;
    }
    return NEXT(timerfd_settime)(file, flags, &timer, old);
}
