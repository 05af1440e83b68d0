#include <stdio.h>
#include <stdlib.h>

#include <libmilter/mfapi.h>

/*
 * The least that a milter in C can do: look at the headers and accept at
 * their end.  What unsigned mail costs with certharvest-milter is compared
 * with it: empty_milter SOCKET.
 */
static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
    unsigned long f2, unsigned long f3, unsigned long *want_actions,
    unsigned long *want_steps, unsigned long *want_f2, unsigned long *want_f3)
{
	(void)ctx;
	(void)actions;
	(void)f2;
	(void)f3;
	*want_actions = 0;
	*want_steps |= steps &
	    (SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOMAIL | SMFIP_NORCPT |
		SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_NR_HDR);
	*want_f2 = *want_f3 = 0;
	return SMFIS_CONTINUE;
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
	(void)ctx;
	(void)name;
	(void)value;
	return SMFIS_NOREPLY;
}

static sfsistat
on_headers_end(SMFICTX *ctx)
{
	(void)ctx;
	return SMFIS_ACCEPT;
}

int
main(int argc, char **argv)
{
	static char name[] = "empty";
	struct smfiDesc description = {
	    .xxfi_name = name,
	    .xxfi_version = SMFI_VERSION,
	    .xxfi_header = on_header,
	    .xxfi_eoh = on_headers_end,
	    .xxfi_negotiate = on_negotiate,
	};

	if (argc != 2 || smfi_setconn(argv[1]) != MI_SUCCESS ||
	    smfi_register(description) != MI_SUCCESS) {
		fprintf(stderr, "usage: empty_milter SOCKET\n");
		return 64;
	}
	return smfi_main() == MI_SUCCESS ? 0 : 1;
}
