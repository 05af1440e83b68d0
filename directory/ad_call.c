#include <sys/time.h>

#include "directory/ad.h"
#include "directory/ad_result.h"
#include "directory/ad_watch.h"

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
	struct timeval tv = {.tv_sec = (time_t)ad->operation_s};
	int type, rc = LDAP_OTHER;

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
		ad_watch(ad);
		call->rc = result_code(ad, call->id, &call->result);
	}
	if (call->rc == LDAP_SIZELIMIT_EXCEEDED && call->operation == AD_SEARCH)
		call->rc = LDAP_SUCCESS;
	o = ad_result(ad->ld, call->rc, call->operation, call->what, why);
	if (ad_result_is_disconnect(call->rc))
		ad_disconnect(ad);
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
	ad->ready = false;
	o = ad_connect(ad, why);
	ad->ready = o == DONE;
	if (o != DONE) {
		ad->refusal.group = group;
		ad->refusal.why = *why;
	}
	return o;
}

enum outcome
ad_begin(struct ad *ad, struct reason *why)
{
	enum outcome o = DONE;

	/* A connection with answers outstanding is not given up for a
	 * better one. */
	if (ad->ld == NULL || ad->waiting == 0)
		o = connect_once(ad, why);
	if (o == DONE)
		ad_watch(ad);
	return o;
}

void
ad_watch(struct ad *ad)
{
	int fd = -1;

	if (ldap_get_option(ad->ld, LDAP_OPT_DESC, &fd) == LDAP_SUCCESS &&
	    fd >= 0)
		ad_watch_start(fd, ad->operation_s);
}
