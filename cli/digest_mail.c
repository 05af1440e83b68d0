#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "cli/digest.h"

#define LINE 78	   /* RFC 5322 section 2.1.1, without the line end */
#define ENCODED 76 /* RFC 2045 section 6.7 */

#define WIDTH 72 /* of words that are wrapped */

void
digest_words(FILE *f, unsigned indent, const char *words)
{
	size_t used = 0, len;

	for (;;) {
		words += strspn(words, " ");
		len = strcspn(words, " ");
		if (len == 0)
			break;
		if (used > 0 && used + 1 + len > WIDTH) {
			putc('\n', f);
			used = 0;
		}
		if (used == 0)
			used = (size_t)fprintf(f, "%*s", (int)indent, "");
		else
			used += (size_t)fprintf(f, " ");
		used += (size_t)fprintf(f, "%.*s", (int)len, words);
		words += len;
	}
	putc('\n', f);
}

/* RFC 5322 section 3.3; in English, whatever the locale. */
static void
print_date(FILE *f, int64_t t)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t tt = (time_t)t;
	struct tm tm;

	gmtime_r(&tt, &tm);
	fprintf(f, "Date: %.3s, %d %.3s %04d %02d:%02d:%02d +0000\n",
	    &days[3 * tm.tm_wday], tm.tm_mday, &months[3 * tm.tm_mon],
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void
print_head(FILE *f, const struct digest_mail *m)
{
	size_t n = settings_count(m->settings, "digest", "to");
	uint64_t chance = 0;

	(void)!getrandom(&chance, sizeof chance, 0);
	fprintf(f, "From: certharvest <%s>\nTo: ", m->from);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s%s", i == 0 ? "" : ",\n ",
		    settings_peek_at(m->settings, "digest", "to", i));
	fprintf(f, "\nSubject: %s\n", m->subject);
	print_date(f, m->date);
	/* No auto-reply (RFC 3834; Exchange has a field of its own), and no
	 * harvest of ours. */
	fprintf(f,
	    "Message-ID: <digest.%lld.%016llx@%s>\n"
	    "Auto-Submitted: auto-generated\n"
	    "Precedence: bulk\n"
	    "X-Auto-Response-Suppress: All\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8\n",
	    (long long)m->date, (unsigned long long)chance, m->host);
}

/* What a mailbox file or a mail server takes for something else where a line
 * begins with it. */
static bool
is_trap(const char *s)
{
	return *s == '.' || strncmp(s, "From ", 5) == 0;
}

/* Whether each line may stand as it is: short, ASCII, and no trap. */
static bool
is_plain(const char *s)
{
	while (*s != '\0') {
		size_t len = strcspn(s, "\n");

		if (len > LINE || is_trap(s) || (len > 0 && s[len - 1] == ' '))
			return false;
		for (size_t i = 0; i < len; i++)
			if (s[i] < ' ' || s[i] > '~')
				return false;
		s += len + (s[len] == '\n');
	}
	return true;
}

/* Quoted-printable, RFC 2045 section 6.7. */
static void
print_encoded(FILE *f, const char *s)
{
	size_t used = 0;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		bool last = s[1] == '\n' || s[1] == '\0';
		bool bare =
		    (c > ' ' && c <= '~' && c != '=') || (c == ' ' && !last);

		if (c == '\n') {
			putc('\n', f);
			used = 0;
			continue;
		}
		/* room for this one and, unless it ends the line, a '=' */
		if (used + (bare ? 1 : 3) > (last ? ENCODED : ENCODED - 1)) {
			fputs("=\n", f);
			used = 0;
		}
		bare = bare && (used > 0 || !is_trap(s));
		if (bare)
			putc(c, f);
		else
			fprintf(f, "=%02X", c);
		used += bare ? 1 : 3;
	}
}

enum outcome
digest_mail_make(
    const struct digest_mail *m, char **out, size_t *len, struct reason *why)
{
	FILE *f = open_memstream(out, len);
	bool plain = is_plain(m->text);

	if (f == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	print_head(f, m);
	fprintf(f, "Content-Transfer-Encoding: %s\n\n",
	    plain ? "7bit" : "quoted-printable");
	if (plain)
		fputs(m->text, f);
	else
		print_encoded(f, m->text);
	if (fclose(f) == 0)
		return DONE;
	free(*out);
	*out = NULL;
	return reason_set(why, REASON_MEMORY, "out of memory");
}
