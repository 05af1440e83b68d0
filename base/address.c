#include "base/address.h"

#include <idn2.h>

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* RFC 5321 section 4.5.3.1.2, one less for the root's dot. */
#define DOMAIN_MAX 253
#define LABEL_MAX 63

static bool
is_ascii(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.data[i] >= 0x80)
			return false;
	return true;
}

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/*
 * RFC 5322 section 3.2.3 atext, and RFC 6532 section 3.2 beyond ASCII: but
 * for what nobody sees or takes for a blank.
 */
static bool
is_atext(uint32_t c)
{
	if (c >= 0x80)
		return !utf8_is_hidden(c) && !utf8_is_space(c);
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", (int)c) != NULL);
}

/*
 * No empty label, letters digits and hyphens, none at a label's ends; the
 * last one is no number, which would be an IP address (RFC 3696 section 2).
 */
static bool
domain_is_sane(const char *d)
{
	size_t label = 0;
	bool number = true;
	const char *p;

	for (p = d;; p++) {
		if (*p == '.' || *p == '\0') {
			if (label == 0 || label > LABEL_MAX || p[-1] == '-')
				return false;
			if (*p == '\0')
				return !number;
			label = 0;
			number = true;
			continue;
		}
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
			(*p == '-' && label > 0) || *p == '_'))
			return false;
		number = number && *p >= '0' && *p <= '9';
		label++;
	}
}

/*
 * Well-formed, and without what is not seen: UTS 46 would drop some of it
 * without a word.  The two joiners are part of some languages' names, and
 * libidn2 knows where (RFC 5892 appendix A).
 */
static bool
domain_is_seen(struct span raw)
{
	uint32_t c = 0;
	size_t n;

	for (; raw.len > 0; raw.data += n, raw.len -= n) {
		n = utf8_decode(raw, &c);
		if (n == 0 || (utf8_is_hidden(c) && c != 0x200c && c != 0x200d))
			return false;
	}
	return true;
}

enum outcome
address_domain(struct span raw, char out[ADDRESS_SIZE], struct reason *why)
{
	char text[DOMAIN_MAX + 1], *ascii = NULL;
	enum outcome o = DONE;
	size_t i;

	if (raw.len > 0 && raw.data[raw.len - 1] == '.')
		raw.len--;
	if (raw.len == 0 || raw.len > DOMAIN_MAX)
		return reason_set(
		    why, REASON_BAD_ADDRESS, "the domain is empty or too long");
	if (!domain_is_seen(raw))
		return reason_set(why, REASON_BAD_ADDRESS,
		    "the domain holds a character that none may");
	for (i = 0; i < raw.len; i++)
		text[i] = ascii_lower((char)raw.data[i]);
	text[raw.len] = '\0';
	/* RFC 5891: what is not ASCII becomes A-labels, by UTS 46 as mail
	 * programs do it: capitals and wide letters are the same name. */
	if (!is_ascii(raw)) {
		if (idn2_to_ascii_8z(text, &ascii,
			IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
			return reason_set(why, REASON_BAD_ADDRESS,
			    "the domain is no internationalised name");
		if (strlen(ascii) > DOMAIN_MAX)
			o = reason_set(
			    why, REASON_BAD_ADDRESS, "the domain is too long");
		else
			strcpy(text, ascii);
		idn2_free(ascii);
	}
	if (o == DONE && !domain_is_sane(text))
		o = reason_set(
		    why, REASON_BAD_ADDRESS, "the domain is no host name");
	if (o == DONE)
		strcpy(out, text);
	return o;
}

/*
 * The local part: a dot-atom, or a quoted string that needed no quotes.
 * Anything else (spaces, quotes, commas) is legal by RFC 5321 and used by
 * attacks alone.
 */
static enum outcome
local_part(struct span raw, char *out, struct reason *why)
{
	bool ascii = is_ascii(raw), dot = true;
	uint32_t c = 0;
	size_t n;

	if (raw.len >= 2 && raw.data[0] == '"' &&
	    raw.data[raw.len - 1] == '"') {
		raw.data++;
		raw.len -= 2;
	}
	if (raw.len == 0 || raw.len > LIMIT_LOCAL_PART)
		return reason_set(why, REASON_BAD_ADDRESS,
		    "the local part is empty or longer than %d",
		    LIMIT_LOCAL_PART);
	for (; raw.len > 0; raw.data += n, raw.len -= n) {
		n = utf8_decode(raw, &c);
		if (n == 0 || (c == '.' ? dot : !is_atext(c)))
			break;
		dot = c == '.';
		/* Octet for octet when not ASCII: RFC 9598 section 5. */
		memcpy(out, raw.data, n);
		if (ascii)
			*out = ascii_lower(*out);
		out += n;
	}
	if (raw.len > 0 || dot)
		return reason_set(why, REASON_BAD_ADDRESS,
		    "the local part holds a character that none may");
	*out = '\0';
	return DONE;
}

enum outcome
address_canonical(struct span raw, char out[ADDRESS_SIZE], struct reason *why)
{
	char local[LIMIT_LOCAL_PART + 1], domain[ADDRESS_SIZE];
	const uint8_t *at;
	enum outcome o;

	if (raw.len == 0 || raw.len > 2 * LIMIT_ADDRESS)
		return reason_set(why, REASON_BAD_ADDRESS,
		    "the address is empty or too long");
	at = memrchr(raw.data, '@', raw.len);
	if (at == NULL)
		return reason_set(
		    why, REASON_BAD_ADDRESS, "the address has no '@'");
	o = local_part(
	    (struct span){raw.data, (size_t)(at - raw.data)}, local, why);
	if (o != DONE)
		return o;
	o = address_domain(
	    (struct span){at + 1, (size_t)(raw.data + raw.len - at - 1)},
	    domain, why);
	if (o != DONE)
		return o;
	if (strlen(local) + 1 + strlen(domain) > LIMIT_ADDRESS)
		return reason_set(why, REASON_BAD_ADDRESS,
		    "the address is longer than %d", LIMIT_ADDRESS);
	stpcpy(stpcpy(stpcpy(out, local), "@"), domain);
	return DONE;
}

bool
address_is_utf8(const char *address)
{
	return !is_ascii(span_str(address));
}

const char *
address_peek_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? "" : at + 1;
}

bool
address_unicode(const char *address, char out[ADDRESS_SIZE])
{
	const char *domain = address_peek_domain(address);
	size_t local = (size_t)(domain - address);
	char *unicode = NULL, back[ADDRESS_SIZE];
	bool other;

	if (domain[0] == '\0' || strstr(domain, "xn--") == NULL)
		return false;
	other = idn2_to_unicode_8z8z(domain, &unicode, 0) == IDN2_OK &&
	    strcmp(unicode, domain) != 0 &&
	    local + strlen(unicode) < ADDRESS_SIZE;
	if (other) {
		memcpy(out, address, local);
		strcpy(out + local, unicode);
	}
	idn2_free(unicode);
	/* What is no name in either form is left as it is. */
	return other && address_canonical(span_str(out), back, NULL) == DONE &&
	    strcmp(back, address) == 0;
}

bool
address_domain_matches(const char *domain, const char *pattern)
{
	size_t d = strlen(domain), p = strlen(pattern);

	if (pattern[0] == '.')
		return d > p && strcmp(domain + d - p, pattern) == 0;
	return strcmp(domain, pattern) == 0;
}
