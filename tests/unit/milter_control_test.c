#include "tests/unit/unit.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "milter/control.h"

/* Send another message again, with n copies of a descriptor along with it. */
static void
send_with(int to, const void *packet, size_t len, int fd, unsigned n)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(8 * sizeof(int))];
	} control;
	struct iovec iov = {(void *)(uintptr_t)packet, len};
	struct msghdr msg = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = CMSG_SPACE(n * sizeof fd)};
	struct cmsghdr *c;
	unsigned i;

	memset(&control, 0, sizeof control);
	c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof fd);
	for (i = 0; i < n; i++)
		memcpy(CMSG_DATA(c) + i * sizeof fd, &fd, sizeof fd);
	assert_int_equal(sendmsg(to, &msg, 0), (ssize_t)len);
}

/* However many come along, at most one is kept, and the caller has it. */
static void
descriptors_are_not_piled_up(void **state)
{
	static const unsigned counts[] = {1, 2, 3, 8};
	struct control sent = {.kind = CONTROL_STATUS, .id = 7}, got;
	int pair[2], fd, free_before, free_after;
	struct reason why;
	char packet[64];
	ssize_t len;
	size_t i;

	(void)state;
	assert_int_equal(DONE, control_pair(pair, &why));
	assert_int_equal(DONE, control_send(pair[0], &sent, -1, &why));
	len = recv(pair[1], packet, sizeof packet, 0);
	assert_true(len > 0);
	free_before = dup(0);
	close(free_before);
	for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		send_with(pair[0], packet, (size_t)len, pair[0], counts[i]);
		fd = -1;
		assert_int_equal(
		    DONE, control_receive(pair[1], &got, &fd, &why));
		assert_int_equal(got.id, 7);
		assert_true(fd >= 0);
		file_close(&fd);
	}
	free_after = dup(0);
	close(free_after);
	assert_int_equal(free_before, free_after);
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(descriptors_are_not_piled_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
