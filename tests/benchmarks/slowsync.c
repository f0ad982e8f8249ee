/* LD_PRELOAD: every fsync and fdatasync takes SLOWSYNC_US microseconds longer. Virtual disks acknowledge a flush at
   once; a real SSD takes one or two milliseconds, and durability has to be paid at that price.
   cc -O2 -shared -fPIC -o slowsync.so slowsync.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*sync_call)(int);

static void wait_as_a_disk_would(void)
{
    const char *text = getenv("SLOWSYNC_US");
    long microseconds = text ? atol(text) : 0;
    struct timespec pause = {microseconds / 1000000, (microseconds % 1000000) * 1000};
    nanosleep(&pause, NULL);
}

int fsync(int fd)
{
    wait_as_a_disk_would();
    return ((sync_call)dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd)
{
    wait_as_a_disk_would();
    return ((sync_call)dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
