#ifndef BASE_GATEWAY_H
#define BASE_GATEWAY_H

/*
 * Addresses that belong to a gateway and to nobody: it signs for a whole
 * domain with them and takes encrypted mail for the whole domain.
 */
enum gateway {
	GATEWAY_NONE,
	GATEWAY_LIKELY, /* a name that such things bear as a rule */
	GATEWAY_CERTAIN /* reserved for them by RFC 3183 */
};

/* What the local part of a canonical address tells. */
enum gateway gateway_of(const char *address);

#endif
