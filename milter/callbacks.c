#include "milter/callbacks.h"

#include <libmilter/mfapi.h>

/* Set once, before libmilter has a thread. */
static struct service *service;
static void (*on_session)(unsigned sessions);

static _Atomic unsigned sessions;

/* The names are ours alone to read; libmilter only forgot the const. */
static char macro_queue_id[] = "i";
static char macro_auth_type[] = "{auth_type}";
static char macro_auth_authen[] = "{auth_authen}";
static char macro_client[] = "{client_addr}";
static char macros_headers_end[] = "i {auth_type} {auth_authen} {client_addr}";

/* Steps that nobody here looks at, and replies that nobody needs. */
#define STEPS_UNUSED                                                           \
	(SMFIP_NOHELO | SMFIP_NORCPT | SMFIP_NODATA | SMFIP_NOUNKNOWN)
#define STEPS_SILENT (SMFIP_NR_CONN | SMFIP_NR_MAIL | SMFIP_NR_HDR)
/*
 * Steps that only bring macros: not needed from a mail server that sends
 * them with the end of the headers.
 */
#define STEPS_MACROS (SMFIP_NOCONNECT | SMFIP_NOMAIL)

/* The answer to a step whose reply was negotiated away where that could be. */
static sfsistat
go_on(const struct session *s)
{
	/* STEPS_SILENT: libmilter itself sends what an old server awaits. */
	return s ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
    unsigned long f2, unsigned long f3, unsigned long *want_actions,
    unsigned long *want_steps, unsigned long *want_f2, unsigned long *want_f3)
{
	struct session *s = session_new(service);

	(void)f2;
	(void)f3;
	*want_actions = 0;
	*want_f2 = *want_f3 = 0;
	if (!s || smfi_setpriv(ctx, s) != MI_SUCCESS) {
		session_free(s);
		return SMFIS_CONTINUE;
	}
	*want_steps |= steps & (STEPS_UNUSED | STEPS_SILENT);
	*want_steps |= steps & SMFIP_HDR_LEADSPC;
	if (!(steps & SMFIP_HDR_LEADSPC))
		session_without_space(s);
	if (actions & SMFIF_SETSYMLIST &&
	    smfi_setsymlist(ctx, SMFIM_EOH, macros_headers_end) == MI_SUCCESS) {
		*want_actions = SMFIF_SETSYMLIST;
		*want_steps |= steps & STEPS_MACROS;
	}
	on_session(++sessions);
	return SMFIS_CONTINUE;
}

static sfsistat
on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
	struct session *s = smfi_getpriv(ctx);

	(void)host;
	if (s)
		session_client(s, address);
	return go_on(s);
}

/* Only there for the macros that come along. */
static sfsistat
on_mail(SMFICTX *ctx, char **arguments)
{
	(void)arguments;
	return go_on(smfi_getpriv(ctx));
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
	struct session *s = smfi_getpriv(ctx);

	if (s)
		session_header(s, name, value);
	return go_on(s);
}

static sfsistat
on_headers_end(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);
	struct session_macros m = {
	    .queue_id = smfi_getsymval(ctx, macro_queue_id),
	    .auth_type = smfi_getsymval(ctx, macro_auth_type),
	    .auth_authen = smfi_getsymval(ctx, macro_auth_authen),
	    .client = smfi_getsymval(ctx, macro_client),
	};

	if (s && session_headers_end(s, &m))
		return SMFIS_CONTINUE;
	return SMFIS_ACCEPT;
}

/*
 * A mail server may send the last piece of the body along with the end of
 * the message.  Then only SMFIS_CONTINUE makes libmilter go on to on_end(),
 * any other answer is sent twice, and nothing tells us that it is so.  So
 * what is too large is received to its end, too, and forgotten.
 */
static sfsistat
on_body(SMFICTX *ctx, unsigned char *data, size_t len)
{
	struct session *s = smfi_getpriv(ctx);

	if (s)
		session_body(s, data, len, smfi_getsymval(ctx, macro_queue_id));
	return SMFIS_CONTINUE;
}

static sfsistat
on_end(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);

	if (s)
		session_finish(s, smfi_getsymval(ctx, macro_queue_id));
	return SMFIS_ACCEPT;
}

static sfsistat
on_abort(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);

	if (s)
		session_abandon(s);
	return SMFIS_CONTINUE;
}

/* May be the first and only callback, without a session. */
static sfsistat
on_close(SMFICTX *ctx)
{
	struct session *s = smfi_getpriv(ctx);

	if (s) {
		(void)smfi_setpriv(ctx, NULL);
		session_free(s);
		sessions--;
	}
	return SMFIS_CONTINUE;
}

unsigned
callbacks_sessions(void)
{
	return sessions;
}

enum outcome
callbacks_register(
    struct service *shared, void (*busy)(unsigned sessions), struct reason *why)
{
	static char name[] = "certharvest";
	struct smfiDesc description = {
	    .xxfi_name = name,
	    .xxfi_version = SMFI_VERSION,
	    .xxfi_flags = SMFIF_SETSYMLIST,
	    .xxfi_connect = on_connect,
	    .xxfi_envfrom = on_mail,
	    .xxfi_header = on_header,
	    .xxfi_eoh = on_headers_end,
	    .xxfi_body = on_body,
	    .xxfi_eom = on_end,
	    .xxfi_abort = on_abort,
	    .xxfi_close = on_close,
	    .xxfi_negotiate = on_negotiate,
	};

	service = shared;
	on_session = busy;
	if (smfi_register(description) == MI_SUCCESS)
		return DONE;
	return reason_set(why, REASON_SOCKET, "libmilter refuses us");
}
