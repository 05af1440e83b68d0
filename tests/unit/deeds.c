#include "tests/unit/deeds.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"

/* A deed that is one expression. */
#define DEED(name, expression)                                                 \
	static long name(void)                                                 \
	{                                                                      \
		return (long)(expression);                                     \
	}

static char page[8192];
static struct stat st;
static const struct sockaddr_in inet = {.sin_family = AF_INET};
static const struct sockaddr_un local = {
    .sun_family = AF_UNIX, .sun_path = "/run/nobody"};
static struct rlimit raised = {1u << 20, 1u << 20};
static struct iovec piece = {page, sizeof page};

static void *
aligned(void)
{
	return page + (4096 - (uintptr_t)page % 4096) % 4096;
}

static long
is_mapped(void *p)
{
	return p == MAP_FAILED;
}

/* Files. */
DEED(open_a_file, open("/etc/passwd", O_RDONLY) < 0)
DEED(make_a_file, open("/tmp/taken-over", O_WRONLY | O_CREAT, 0600) < 0)
DEED(look_at_a_path, stat("/etc/passwd", &st))
DEED(look_by_another_door, fstatat(AT_FDCWD, "/etc", &st, AT_EMPTY_PATH))
DEED(link_a_file, link("/etc/passwd", "/tmp/taken-over"))
DEED(mount_something, mount("none", "/tmp", "tmpfs", 0, NULL))
DEED(change_the_root, chroot("/"))
DEED(read_a_stream, read(0, page, 1))
DEED(map_a_file, is_mapped(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 4, 0)))
DEED(map_shared,
    is_mapped(mmap(
	NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)))
DEED(duplicate_a_descriptor, dup(3) < 0)
DEED(close_the_socket, close(3))
DEED(lock_a_file, fcntl(3, F_SETLK, &(struct flock){.l_type = F_WRLCK}))

/* The network and other processes. */
DEED(make_a_socket, socket(AF_INET, SOCK_STREAM, 0) < 0)
DEED(make_a_local_socket, socket(AF_UNIX, SOCK_STREAM, 0) < 0)
DEED(make_a_datagram_socket, socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0)
DEED(connect_inet, connect(3, (const struct sockaddr *)&inet, sizeof inet))
DEED(connect_local, connect(3, (const struct sockaddr *)&local, sizeof local))
DEED(bind_one, bind(3, (const struct sockaddr *)&local, sizeof local))
DEED(listen_again, listen(DEED_LISTENER, 1))
DEED(shut_the_listener, shutdown(DEED_LISTENER, SHUT_RDWR))
DEED(send_elsewhere, send(DEED_OTHER, "x", 1, 0) != 1)
DEED(send_out_of_band, send(3, "x", 1, MSG_OOB) != 1)
DEED(write_elsewhere, write(1, "x", 1) != 1)
DEED(set_an_option,
    setsockopt(3, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)))
DEED(steal_a_descriptor, syscall(SYS_pidfd_open, getppid(), 0) < 0)
DEED(kill_the_parent, kill(getppid(), 0))
DEED(signal_the_parent, syscall(SYS_tgkill, getppid(), getppid(), 0))
DEED(queue_a_signal, syscall(SYS_rt_sigqueueinfo, getppid(), 0, page))
DEED(trace_the_parent, ptrace(PTRACE_ATTACH, getppid(), NULL, NULL))
DEED(read_the_parent, process_vm_readv(getppid(), &piece, 1, &piece, 1, 0) < 0)
DEED(make_a_thread_by_clone3, syscall(SYS_clone3, NULL, 0) < 0)
DEED(execute_a_program, execl("/bin/true", "true", (char *)NULL))

static long
fork_a_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0;
}

static long
execute_from_memory(void)
{
	char *none[] = {NULL};
	int fd = memfd_create("code", 0);

	return fd < 0 ||
	    syscall(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH);
}

/* As glibc's shrink_heap() does it in arena.c. */
DEED(give_memory_back,
    is_mapped(mmap(aligned(), 4096, PROT_NONE,
	MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)))

/* Its own rights and the kernel. */
DEED(map_code,
    is_mapped(mmap(
	NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)))
DEED(make_code, mprotect(aligned(), 4096, PROT_READ | PROT_EXEC))
DEED(raise_a_limit, setrlimit(RLIMIT_NOFILE, &raised))
DEED(become_dumpable, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
DEED(become_another_user, setuid(0))
DEED(leave_the_namespace, syscall(SYS_unshare, 0x10000000))
DEED(use_bpf, syscall(SYS_bpf, 0, NULL, 0))
DEED(use_io_uring, syscall(SYS_io_uring_setup, 1, page))
DEED(use_userfaultfd, syscall(SYS_userfaultfd, 0))
DEED(use_perf, syscall(SYS_perf_event_open, page, 0, -1, -1, 0))
DEED(use_keys, syscall(SYS_add_key, "user", "x", "y", 1, -3))
DEED(use_a_priority_lock, syscall(SYS_futex, page, FUTEX_LOCK_PI, 0, NULL))
DEED(control_a_device, ioctl(0, TIOCSTI, "x"))
DEED(catch_a_signal, signal(SIGUSR2, SIG_IGN) == SIG_ERR)
#ifdef __x86_64__
DEED(call_as_x32, syscall(0x40000000 | SYS_getpid))

static long
call_as_i386(void)
{
	long r = 20; /* getpid() there */

	__asm__ volatile("int $0x80" : "+a"(r) : : "memory");
	return r < 0;
}
#endif

/* What has to go on. */
static long
take_memory(void)
{
	size_t n = 32u * 1024 * 1024;
	char *p = malloc(n);

	if (p == NULL)
		return 1;
	memset(p, 1, n);
	p = realloc(p, 2 * n);
	if (p == NULL)
		return 1;
	free(p);
	return 0;
}

/* Running into the limit is an answer, not a death: in one piece and by and
 * by, when malloc() looks everywhere else before it gives up. */
static long
take_too_much_memory(void)
{
	size_t n = 0;

	if (malloc(LIMIT_JUDGE_MEMORY) != NULL)
		return 1;
	while (malloc(1024) != NULL)
		n++;
	return n < 1000;
}

static long
use_the_stack(void)
{
	volatile char deep[6u * 1024 * 1024];
	size_t i;

	for (i = 0; i < sizeof deep; i += 4096)
		deep[i] = 1;
	return deep[0] - 1;
}

static long
abort_itself(void)
{
	signal(SIGABRT, SIG_DFL);
	abort();
}

static void *
do_nothing(void *arg)
{
	return arg;
}

static long
start_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, do_nothing, NULL) != 0 ||
	    pthread_join(thread, NULL) != 0;
}

static long
crash(void)
{
	volatile uintptr_t nowhere = 16;

	return *(volatile int *)nowhere;
}

static long
spin(void)
{
	volatile int forever = 1;

	while (forever)
		;
	return 1;
}

DEED(write_to_standard_error, write(2, "forged\n", 7) != 7)

static const struct deed deeds[] = {
#define ROW(f)                                                                 \
	{                                                                      \
#f, f                                                          \
	}
    ROW(open_a_file),
    ROW(make_a_file),
    ROW(look_at_a_path),
    ROW(look_by_another_door),
    ROW(link_a_file),
    ROW(mount_something),
    ROW(change_the_root),
    ROW(read_a_stream),
    ROW(map_a_file),
    ROW(map_shared),
    ROW(duplicate_a_descriptor),
    ROW(close_the_socket),
    ROW(lock_a_file),
    ROW(make_a_socket),
    ROW(make_a_local_socket),
    ROW(make_a_datagram_socket),
    ROW(connect_inet),
    ROW(connect_local),
    ROW(bind_one),
    ROW(listen_again),
    ROW(shut_the_listener),
    ROW(send_elsewhere),
    ROW(send_out_of_band),
    ROW(write_elsewhere),
    ROW(set_an_option),
    ROW(steal_a_descriptor),
    ROW(kill_the_parent),
    ROW(signal_the_parent),
    ROW(queue_a_signal),
    ROW(trace_the_parent),
    ROW(read_the_parent),
    ROW(make_a_thread_by_clone3),
    ROW(execute_a_program),
    ROW(fork_a_child),
    ROW(execute_from_memory),
    ROW(map_code),
    ROW(make_code),
    ROW(raise_a_limit),
    ROW(become_dumpable),
    ROW(become_another_user),
    ROW(leave_the_namespace),
    ROW(use_bpf),
    ROW(use_io_uring),
    ROW(use_userfaultfd),
    ROW(use_perf),
    ROW(use_keys),
    ROW(use_a_priority_lock),
    ROW(control_a_device),
    ROW(catch_a_signal),
#ifdef __x86_64__
    ROW(call_as_x32),
    ROW(call_as_i386),
#endif
    ROW(give_memory_back),
    ROW(take_memory),
    ROW(take_too_much_memory),
    ROW(use_the_stack),
    ROW(abort_itself),
    ROW(start_a_thread),
    ROW(crash),
    ROW(spin),
    ROW(write_to_standard_error),
};

const struct deed *
deed_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof deeds / sizeof deeds[0]; i++)
		if (strcmp(deeds[i].name, name) == 0)
			return &deeds[i];
	return NULL;
}
