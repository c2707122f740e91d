// The exit code where no managed code is asked: the runtime does not start, or dies in code of its own, under a limit of
// memory (ulimit -v); or the system kills whoever writes beyond a limit. Linked into the published program alone; runs before the
// runtime does.
//
// The runtime ends with 255 where it cannot start, with SIGABRT where it knows that it cannot go on, and with SIGSEGV
// where it does not: pthread_getattr_np(3) has failed for want of memory, and it uses the result.
//
// Sources: the runtime's main (nativeaot/Bootstrap/main.cpp), mallopt(3), on_exit(3), getrlimit(2).
#define _GNU_SOURCE
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// The first two as ExitCode.cs has them; the runtime's main returns the third, which nothing else does.
enum { ENVIRONMENT = 3, INTERNAL_ERROR = 70, RUNTIME_DID_NOT_START = -1 };

// What the first thread's stack may take: it grows when it is written to, which a limit of memory may refuse, and then
// the system cannot even call a handler.
enum { STACK_BYTES = 1 << 20, PAGE_BYTES = 4096 };

static int is_limited(void)
{
    struct rlimit memory;
    return getrlimit(RLIMIT_AS, &memory) == 0 && memory.rlim_cur != RLIM_INFINITY;
}

static void end(int code)
{
    const char *message = code == ENVIRONMENT
        ? "jetson-core: error[JC9146]: cannot go on: there is not enough memory\n"
          "  hint: raise the limits of the shell or the container: ulimit -v, ulimit -u\n"
        : "jetson-core: internal error\n";
    ssize_t written = write(STDERR_FILENO, message, strlen(message));
    (void)written;
    _exit(code);
}

static void on_signal(int signal)
{
    (void)signal;
    end(is_limited() ? ENVIRONMENT : INTERNAL_ERROR);
}

static void at_exit(int code, void *unused)
{
    (void)unused;
    if (code == RUNTIME_DID_NOT_START)
        end(ENVIRONMENT);
}

static void grow_stack(void)
{
    volatile char stack[STACK_BYTES];
    for (int at = STACK_BYTES - 1; at >= 0; at -= PAGE_BYTES)
        stack[at] = 0;
}

__attribute__((constructor)) static void prepare(void)
{
    on_exit(at_exit, NULL);
    signal(SIGABRT, on_signal);
    signal(SIGXFSZ, SIG_IGN);           // beyond ulimit -f writing fails, and that is reported
    if (!is_limited())
        return;
    grow_stack();
    // The C library would set 64 MiB of addresses aside for every thread.
    mallopt(M_ARENA_MAX, 1);
    signal(SIGSEGV, on_signal);         // the runtime's own handler asks this one where it knows no way
}
