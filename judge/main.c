/*
 * certharvest-judge: the worker that reads what strangers wrote.  It is
 * started with its parent's socket as descriptor 3 and the trust bundle as
 * descriptor 4, gets ready, locks itself in, and answers questions until the
 * parent hangs up.  See SECURITY.md.
 */
#include <stdio.h>
#include <string.h>

#include "base/confine.h"
#include "base/file.h"
#include "base/frame.h"
#include "judge/answer.h"
#include "pki/crypto.h"
#include "smime/smime.h"

/* Everything that opens a file, before the filter closes behind us. */
static enum outcome
prepare(struct trust **trust, struct pki **pki, struct reason *why)
{
	int fd = JUDGE_TRUST;
	enum outcome o;

	o = trust_read(fd, trust, why);
	if (o != DONE)
		return o;
	file_close(&fd);
	smime_init();
	o = crypto_open(why);
	if (o != DONE)
		return o;
	return pki_open(*trust, pki, why);
}

/* NOTHING: the parent is done with us. */
static enum outcome
serve(
    struct pki *pki, struct buffer *in, struct buffer *out, struct reason *why)
{
	const struct answer_house house = {pki, JUDGE_SOCKET};
	enum outcome o;
	int fd = -1;

	buffer_reset(out);
	o = frame_receive(JUDGE_SOCKET, in, &fd, FRAME_FOREVER, why);
	if (o == DONE)
		o = answer_question(&house, span_buffer(in), fd, out, why);
	file_close(&fd);
	if (o == DONE)
		o = frame_send(
		    JUDGE_SOCKET, span_buffer(out), -1, FRAME_FOREVER, why);
	/* A parent that ends may do so at any time: before we have answered,
	 * and before it has read that, which the next question tells. */
	return o == BROKEN && why->code == REASON_IO ? NOTHING : o;
}

int
main(int argc, char **argv)
{
	bool confined = true;
	struct trust *trust = NULL;
	struct pki *pki = NULL;
	struct buffer in, out;
	struct reason why;
	enum outcome o;

	if (argc == 2 && strcmp(argv[1], "--unconfined") == 0)
		confined = false;
	else if (argc != 1) {
		fprintf(stderr,
		    "certharvest-judge: started by other programs "
		    "of certharvest, not by hand\n");
		return 2;
	}
	buffer_init(&in, LIMIT_FRAME);
	buffer_init(&out, LIMIT_FRAME);
	reason_clear(&why);
	o = crypto_abort_without_memory()
	    ? prepare(&trust, &pki, &why)
	    : reason_set(&why, REASON_WORKER_BROKEN, "OpenSSL came first");
	if (o == DONE && confined)
		o = confine_judge(&why);
	while (o == DONE)
		o = serve(pki, &in, &out, &why);
	if (o != NOTHING)
		fprintf(stderr, "certharvest-judge: %s\n", why.text);
	pki_close(pki);
	trust_free(trust);
	buffer_clear(&in);
	buffer_clear(&out);
	return o == NOTHING ? 0 : 1;
}
