#include "publisher/walk_requests.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "spool/json.h"

static struct store_asker
asker(const struct control_peer *peer)
{
	struct store_asker by = {.uid = peer->uid};

	text_show(span_str(peer->name), by.name, sizeof by.name);
	return by;
}

static json_t *
put(struct publisher *p, const struct control_peer *peer, const json_t *request,
    enum store_walk_kind kind)
{
	const json_t *dry = json_object_get(request, "dry_run");
	struct store_walk walk = {
	    .kind = kind,
	    .dry = json_is_true(dry),
	    .by = asker(peer),
	    .asked = clock_now(),
	};
	struct reason why;
	int64_t id = 0;
	enum outcome o;

	/* 1 or "true" must not become a walk that writes */
	if (dry != NULL && !json_is_boolean(dry))
		return control_error("malformed", "dry_run is true or false");
	o = walk_may(p->work.setup, kind, walk.dry, &why);
	if (o == DONE)
		o = store_walk_put(p->store, &walk, &id, &why);
	if (o != DONE)
		return control_error(reason_name(why.code), why.text);
	p->work.walker.idle = false;
	return json_pack("{s:b, s:I, s:s}", "ok", 1, "walk", (json_int_t)id,
	    "text", "begun, or goes on already");
}

json_t *
walk_requests_adopt(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	return put(p, peer, request, STORE_ADOPT);
}

json_t *
walk_requests_rollback(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	return put(p, peer, request, STORE_ROLLBACK);
}

json_t *
walk_requests_sweep(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	return put(p, peer, request, STORE_SWEEP);
}

json_t *
walk_requests_rebuild(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	return put(p, peer, request, STORE_REBUILD);
}

json_t *
walk_requests_cancel(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	int64_t id = json_integer_value(json_object_get(request, "walk"));
	struct store_asker by = asker(peer);
	struct reason why;
	enum outcome o;

	o = store_walk_cancel(p->store, id, &by, clock_now(), &why);
	if (o == LATER || o == BROKEN)
		return control_error(reason_name(why.code), why.text);
	if (o == NOTHING)
		return control_error(reason_name(REASON_USAGE),
		    "no walk of that number goes on");
	return json_pack(
	    "{s:b, s:s}", "ok", 1, "text", "it ends before the next contact");
}
