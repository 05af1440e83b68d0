#include <sys/time.h>

#include "base/clock.h"
#include "directory/ad.h"
#include "directory/ad_result.h"
#include "directory/ad_watch.h"
#include "directory/create.h"

/*
 * The others send theirs before we wait for ours.  Not while the connection
 * is being made: nobody else may use it yet.
 */
static void
let_others(struct ad *ad)
{
	if (!ad->ready)
		return;
	ad->waiting++;
	turns_pass(ad->turns);
	ad->waiting--;
}

/* The result code of the answer, or of libldap when there is none. */
static int
result_code(struct ad *ad, int id, LDAPMessage **result)
{
	struct timeval tv;
	int type, rc = LDAP_OTHER;

	ad_start_operation(ad, &tv);
	type = ldap_result(ad->ld, id, LDAP_MSG_ALL, &tv, result);
	if (type == 0) {
		(void)ldap_abandon_ext(ad->ld, id, NULL, NULL);
		return LDAP_TIMEOUT;
	}
	if (type < 0)
		(void)ldap_get_option(ad->ld, LDAP_OPT_RESULT_CODE, &rc);
	else if (ldap_parse_result(ad->ld, *result, &rc, NULL, NULL, NULL, NULL,
		     0) != LDAP_SUCCESS)
		rc = LDAP_DECODING_ERROR;
	return rc;
}

enum outcome
ad_finish(struct ad *ad, struct ad_call *call, struct reason *why)
{
	unsigned connection = ad->connection;
	enum outcome o;

	if (call->rc == LDAP_SUCCESS) {
		let_others(ad);
		if (ad->connection != connection) {
			call->rc = LDAP_SERVER_DOWN;
			return ad_result(
			    NULL, call->rc, call->operation, call->what, why);
		}
		call->rc = result_code(ad, call->id, &call->result);
	}
	if (call->rc == LDAP_SIZELIMIT_EXCEEDED && call->operation == AD_SEARCH)
		call->rc = LDAP_SUCCESS;
	o = ad_result(ad->ld, call->rc, call->operation, call->what, why);
	ad_end_operation(ad, call->rc, call->operation, why);
	return o;
}

/* Those who share a group share the news that nobody can be connected to:
 * each of them trying would take as many times as long. */
static enum outcome
connect_once(struct ad *ad, struct reason *why)
{
	unsigned group = turns_number(ad->turns);
	enum outcome o;

	if (ad->refusal.group == group && group != 0) {
		*why = ad->refusal.why;
		return reason_outcome(why->code);
	}
	ad_return(ad);
	o = ad_connect(ad, why);
	/* What is wrong with our settings is told before anything is done. */
	if (o == DONE && ad->gc != NULL && create_is_on(ad->settings))
		o = ad_schema_read(ad, why);
	if (o != DONE) {
		ad->refusal.group = group;
		ad->refusal.why = *why;
	}
	return o;
}

enum outcome
ad_begin(struct ad *ad, struct reason *why)
{
	/* A connection with answers outstanding is not given up for a
	 * better one. */
	if (ad->ld != NULL && ad->waiting > 0)
		return DONE;
	return connect_once(ad, why);
}

void
ad_start_operation(struct ad *ad, struct timeval *time)
{
	int64_t left = ad->deadline - clock_ms();
	int fd = -1;

	if (left > ad->operation_ms)
		left = ad->operation_ms;
	if (left < 1)
		left = 1;
	time->tv_sec = (time_t)(left / 1000);
	time->tv_usec = (suseconds_t)(left % 1000) * 1000;
	/* While it is being connected the watch for that is running. */
	if (ad->ready &&
	    ldap_get_option(ad->ld, LDAP_OPT_DESC, &fd) == LDAP_SUCCESS &&
	    fd >= 0)
		ad_watch_start(fd, left);
}

void
ad_end_operation(struct ad *ad, int rc, enum ad_operation operation,
    const struct reason *why)
{
	bool ready = ad->ready;

	if (!ad_result_is_disconnect(rc)) {
		/* Of several questions at once the others have their time as
		 * long as there are answers. */
		if (turns_number(ad->turns) != 0 &&
		    ad->deadline < clock_ms() + ad->operation_ms)
			ad->deadline = clock_ms() + ad->operation_ms;
		return;
	}
	if (why != NULL)
		ad->lost = *why;
	if (ready)
		ad_note_failure(ad, rc, operation);
	ad_disconnect(ad);
}
