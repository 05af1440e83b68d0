#!/bin/sh
# Lint that finds nothing may be blind: break each rule in a copy of the
# sources and see that the lint for it says so.
. "$(dirname "$0")/common.sh"
rm -f "$found"
copy=$(mktemp -d) || exit 99
trap 'rm -rf "$copy"' EXIT
tar -cf - $folders man conf .clang-format | tar -xf - -C "$copy"
chmod -R u+w "$copy"
failed=0

# provoke LINT FILE TEXT WORDS: with TEXT at its end, FILE is complained of
# in WORDS (a basic regular expression).
provoke() {
	cp "$copy/$2" "$copy/kept"
	printf '%b' "$3" >>"$copy/$2"
	said=$(srcdir=$copy sh "$copy/tests/lint/$1.sh")
	if ! echo "$said" | grep -q "$4"; then
		echo "tests/lint/$1.sh: does not see what is wrong with $2:"
		echo "$3"
		echo "it said: $said"
		failed=1
	fi
	cp "$copy/kept" "$copy/$2"
}

provoke includes base/clock.c '#include "milter/settings.h"\n' \
	'^base/clock.c:[0-9]*: base/ may not include milter/settings.h'
provoke includes spool/put.c '#include "store/store.h"\n' \
	'spool/ may not include store/store.h'
provoke includes milter/session.c '#include <openssl/x509.h>\n' \
	'<openssl/x509.h> belongs in pki smime/ alone'
provoke includes publisher/work.c '#include <libmilter/mfapi.h>\n' \
	'<libmilter/mfapi.h> belongs in milter/ alone'
provoke includes cli/try.c '#include <curl/curl.h>\n' \
	'<curl/curl.h> belongs in fetch/ alone'
provoke includes cli/try.c '#include <pcre.h>\n' \
	'<pcre.h> is not in the table'
provoke headers base/clock.h '\nint clock_bare(void);\n' \
	'^base/clock.h:[0-9]*: no comment directly above'
provoke headers base/clock.h '\n/* There is a gap. */\n\nint clock_far(void);\n' \
	'no comment directly above'
provoke sizes base/clock.c "int f(void)\n{\n$(yes '	;' | head -80)\n}\n" \
	'a function of 82 lines'
provoke sizes base/clock.c "$(yes '' | head -500 | tr '\n' '#' |
	sed 's/#/\\n/g')" '^base/clock.c:501: more than 500 lines'
provoke sizes milter/callbacks.c \
	"int\nf(SMFICTX *c)\n{\n$(yes '	;' | head -30)\n}\n" \
	'a libmilter callback of 32 lines'
provoke manuals base/events.def 'EVENT(X, "no-such", LOG_ERR, "x")\n' \
	'the event "no-such" is not in the manual'
provoke events base/events.def 'EVENT(X, "stopped", LOG_NOTICE, "x")\n' \
	'nobody logs the event stopped'
provoke events base/events.def 'EVENT(X, "x", LOG_NOTICE, "X is done.")\n' \
	'a meaning begins small'
provoke events base/clock.c 'LOG_EVENT(STOPPED, LOG_STR("nosuch", "("));\n' \
	'the event stopped has a field nosuch'
provoke events base/clock.c \
	'LOG_EVENT(STOPPED,\n LOG_NUM("nosuch", f(")")));\n' \
	'the key nosuch is not in the section KEYS'
provoke events man/certharvest-events.7 '.It Ic stopped Pq err\n' \
	'stopped has the priority err'
provoke manuals base/reason.def 'REASON(X, "no-such", LATER, "x")\n' \
	'the reason "no-such" is not in the manual'
provoke manuals base/metrics.def 'METRIC(X, "no_such", "gauge", "x")\n' \
	'the metric "no_such" is not in the manual'
provoke manuals cli/verbs.def 'VERB(nosuch, "", "x")\n' \
	'the verb "nosuch" is not in the manual'
provoke manuals man/certharvest.1 '.Bl -tag\n.It x\n.Bl -tag\n.It Ic show\n' \
	'the verb "show" stands in the list of another'
provoke manuals man/certharvest-events.7 '.It Ic gone\n' \
	'there is no event "gone"'
provoke manuals store/settings.c \
	'static const struct setting rows[] = {\n{\n.section = "store",\n
.name = "nosuch",\n.fallback = "3",\n},\n};\n' \
	'the setting "store.nosuch = 3" is not in the manual'
provoke manuals store/settings.c \
	'static const struct setting rows[] = {\n{\n.section = "store",\n
.name = "path",\n.fallback = "/elsewhere",\n},\n};\n' \
	'the setting store.path is not in the sample with its default'
if clang-format-14 --version >/dev/null 2>&1; then
	provoke format base/clock.c 'int  f( void ) { return 1; }\n' \
		'^base/clock.c:[0-9]*: not as clang-format-14 has it'
fi
exit $failed
