#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/frame.h"

static int
pair_open(void **state)
{
	int *pair = malloc(2 * sizeof *pair);

	if (pair == NULL || frame_pair(pair, NULL) != DONE)
		return -1;
	*state = pair;
	return 0;
}

static int
pair_close(void **state)
{
	int *pair = *state;

	file_close(&pair[0]);
	file_close(&pair[1]);
	free(pair);
	return 0;
}

static void
payload_and_descriptor(void **state)
{
	int *pair = *state, pass, got = -1;
	struct reason why;
	struct buffer in;

	buffer_init(&in, 100);
	pass = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(DONE,
	    frame_send(pair[0], span_str("hello"), pass, FRAME_FOREVER, &why));
	assert_int_equal(
	    DONE, frame_send(pair[0], span_str(""), -1, FRAME_FOREVER, &why));
	assert_int_equal(
	    DONE, frame_receive(pair[1], &in, &got, FRAME_FOREVER, &why));
	assert_true(span_equal(span_buffer(&in), span_str("hello")));
	assert_true(got >= 0 && got != pass);
	assert_int_equal(fcntl(got, F_GETFD), FD_CLOEXEC);
	close(got);
	assert_int_equal(
	    DONE, frame_receive(pair[1], &in, &got, FRAME_FOREVER, &why));
	assert_int_equal(in.len, 0);
	assert_int_equal(got, -1);
	close(pass);
	buffer_clear(&in);
}

/* A descriptor that nobody asked for must not stay open. */
static void
unasked_descriptor_is_closed(void **state)
{
	int *pair = *state, pass, probe;
	struct buffer in;

	buffer_init(&in, 100);
	pass = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(DONE,
	    frame_send(pair[0], span_str("x"), pass, FRAME_FOREVER, NULL));
	assert_int_equal(
	    DONE, frame_receive(pair[1], &in, NULL, FRAME_FOREVER, NULL));
	probe = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(probe, pass + 1);
	close(probe);
	close(pass);
	buffer_clear(&in);
}

static void
ends(void **state)
{
	static const uint8_t half[] = {0, 0, 0, 9, 'x'},
			     huge[] = {255, 0, 0, 0};
	int *pair = *state;
	struct reason why;
	struct buffer in;

	buffer_init(&in, 100);
	assert_int_equal(
	    LATER, frame_receive(pair[1], &in, NULL, clock_ms() + 20, &why));
	assert_int_equal(why.code, REASON_NO_ANSWER);
	assert_int_equal(sizeof huge, send(pair[0], huge, sizeof huge, 0));
	assert_int_equal(
	    BROKEN, frame_receive(pair[1], &in, NULL, FRAME_FOREVER, &why));
	assert_int_equal(why.code, REASON_PROTOCOL);
	assert_int_equal(sizeof half, send(pair[0], half, sizeof half, 0));
	shutdown(pair[0], SHUT_WR);
	assert_int_equal(
	    BROKEN, frame_receive(pair[1], &in, NULL, FRAME_FOREVER, &why));
	assert_int_equal(why.code, REASON_PROTOCOL);
	assert_int_equal(
	    NOTHING, frame_receive(pair[1], &in, NULL, FRAME_FOREVER, &why));
	buffer_clear(&in);
}

/* A peer that reads nothing: the socket fills, the deadline ends it. */
static void
stuck_peer(void **state)
{
	static uint8_t big[4 * 1024 * 1024];
	int *pair = *state;
	struct reason why;

	assert_int_equal(LATER,
	    frame_send(pair[0], (struct span){big, sizeof big}, -1,
		clock_ms() + 20, &why));
	file_close(&pair[1]);
	assert_int_equal(BROKEN,
	    frame_send(pair[0], span_str("x"), -1, FRAME_FOREVER, &why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		payload_and_descriptor, pair_open, pair_close),
	    cmocka_unit_test_setup_teardown(
		unasked_descriptor_is_closed, pair_open, pair_close),
	    cmocka_unit_test_setup_teardown(ends, pair_open, pair_close),
	    cmocka_unit_test_setup_teardown(stuck_peer, pair_open, pair_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
