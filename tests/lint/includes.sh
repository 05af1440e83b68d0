#!/bin/sh
# The folder order, and each third-party library in its own folder.
. "$(dirname "$0")/common.sh"

c_files | xargs awk '
BEGIN {
	# who may include whom; HACKING explains the order
	may["base"] = "base"
	may["pki"] = "base pki"
	may["smime"] = "base pki smime"
	may["spool"] = "base spool"
	may["store"] = "base store"
	may["directory"] = "base directory"
	may["config"] = "base config"
	may["judge"] = "base pki smime config judge"
	may["milter"] = "base pki spool config milter"
	may["publisher"] = "base pki spool store directory config publisher"
	may["cli"] = "base pki spool store directory config cli"
	# a program'"'"'s headers that the operator'"'"'s command may use
	also["cli publisher/admission.h"] = 1
	also["cli publisher/control.h"] = 1
	also["cli publisher/policies.h"] = 1
	also["cli publisher/reviewing.h"] = 1
	also["cli publisher/control_client.h"] = 1
	# the directory child is a program: its main reads the settings
	also["directory/main.c config/config.h"] = 1

	# third-party headers: a pattern, and the only folders for it
	only["^libmilter/"] = "milter"
	only["^(gmime|glib)"] = "smime"
	only["^openssl/"] = "pki smime"
	only["^p11-kit/"] = "pki"
	only["^sqlite3[.]h$"] = "store"
	only["^(open)?(ldap|lber)[^/]*[.]h$"] = "directory"
	only["^(sasl|krb5|gssapi)"] = "directory"
	only["^(resolv|arpa/nameser)[.]h$"] = "directory"
	only["^(confuse|seccomp|idn2)[.]h$"] = "base"
	only["^jansson[.]h$"] = "spool publisher cli"
	only["^zlib[.]h$"] = "smime"
	only["^curl/"] = "fetch"
	# EVP and HMAC digests alone
	also["base/digest.c openssl"] = 1

	n = split("assert ctype dirent dlfcn elf endian err errno fcntl " \
	    "fnmatch ftw getopt glob grp inttypes iconv langinfo libgen " \
	    "limits link locale math netdb poll pthread pwd sched setjmp signal " \
	    "spawn stdarg stdatomic stdbool stddef stdint stdio stdlib " \
	    "stdnoreturn string strings sysexits syslog termios time ucontext " \
	    "unistd utime wchar wctype config", names, " ")
	for (i = 1; i <= n; i++)
		libc[names[i] ".h"] = 1
}
function among(word, list) {
	return index(" " list " ", " " word " ") > 0
}
FNR == 1 { folder = FILENAME; sub(/\/.*/, "", folder) }
folder == "tests" { next }
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\""); to = part[2]; target = to
	if (to == "config.h")
		next
	if (!sub(/\/.*/, "", target)) {
		printf "%s:%d: include \"%s\" by its folder, " \
		    "\"%s/%s\"\n", FILENAME, FNR, to, folder, to
		next
	}
	if (among(target, may[folder]) || (folder " " to) in also ||
	    (FILENAME " " to) in also)
		next
	# the joined rows, by their folders
	if (folder == "config" && to ~ /\/settings[.]h$/)
		next
	printf "%s:%d: %s/ may not include %s (only %s); move the code or " \
	    "pass plain values\n", FILENAME, FNR, folder, to, may[folder]
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, part, "[<>]"); to = part[2]
	if (to in libc || to ~ /^(sys|linux|asm|net|netinet|arpa|bits)\//)
		next
	for (pattern in only)
		if (to ~ pattern) {
			library = to; sub(/[\/.].*/, "", library)
			if (among(folder, only[pattern]) ||
			    (FILENAME " " library) in also)
				next
			printf "%s:%d: <%s> belongs in %s/ alone; call what " \
			    "that folder offers\n", FILENAME, FNR, to, \
			    only[pattern]
			next
		}
	printf "%s:%d: <%s> is not in the table of tests/lint/includes.sh; " \
	    "say there which folder may use it\n", FILENAME, FNR, to
}' >"$found"
finish "$found"
