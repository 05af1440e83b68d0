/*
 * der: ASN.1 taken apart and put together, for the mails that no honest
 * program makes.  Knows nothing of CMS.
 *
 *	der make TAG FILE...	one element, its contents the files in a row;
 *				"30i" is a SEQUENCE of indefinite length
 *	der at PATH FILE	the element at PATH: 1.0.4 is the fifth in the
 *				first in the second of the outermost
 *	der in PATH FILE	the contents of that element
 *	der put PATH NEW FILE	FILE with what is in NEW instead of that
 *				element, all lengths around it made right
 *	der hex DIGITS		those octets
 *	der loose N FILE	what is constructed in the outermost N levels,
 *of indefinite length
 *
 * What comes out goes to standard output.  The input is DER.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
	unsigned char *p;
	size_t n;
};

static void
die(const char *what)
{
	fprintf(stderr, "der: %s\n", what);
	exit(1);
}

static void
append(struct bytes *b, const void *p, size_t n)
{
	b->p = realloc(b->p, b->n + n + 1);
	if (b->p == NULL)
		die("memory");
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void
append_file(struct bytes *b, const char *path)
{
	char piece[65536];
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		die(path);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		append(b, piece, n);
	fclose(f);
}

/* One element around b's bytes. */
static void
wrap(struct bytes *out, unsigned char tag, int loose, struct bytes b)
{
	unsigned char head[6] = {tag};
	size_t n = 1, k = 0;

	if (loose) {
		head[n++] = 0x80;
	} else if (b.n < 0x80) {
		head[n++] = (unsigned char)b.n;
	} else {
		while (b.n >> (8 * k) > 0)
			k++;
		head[n++] = (unsigned char)(0x80 | k);
		while (k-- > 0)
			head[n++] = (unsigned char)(b.n >> (8 * k));
	}
	append(out, head, n);
	append(out, b.p, b.n);
	if (loose)
		append(out, "\0", 2);
}

/* How long the head of the element at p is; *value, its contents. */
static size_t
head(struct bytes in, struct bytes *value)
{
	size_t n = 2, k;

	if (in.n < 2)
		die("no element there");
	value->n = in.p[1];
	if (value->n > 0x80) {
		k = value->n & 0x7f;
		for (value->n = 0; k-- > 0 && n < in.n; n++)
			value->n = value->n << 8 | in.p[n];
	}
	if (value->n > in.n - n)
		die("the input breaks off");
	value->p = in.p + n;
	return n;
}

/*
 * What of the elements in a row in "in" is to come out: the one at path
 * alone when new is NULL, all of it with new in its place otherwise.
 */
static void
walk(struct bytes *out, struct bytes in, const char *path,
    const struct bytes *new)
{
	struct bytes value, inner = {NULL, 0};
	char *rest;
	unsigned long i, want = strtoul(path, &rest, 10);
	size_t n;

	for (i = 0; in.n > 0 || i <= want; i++) {
		n = head(in, &value);
		n += value.n;
		if (i != want) {
			if (new != NULL)
				append(out, in.p, n);
		} else if (*rest == '.') {
			walk(&inner, value, rest + 1, new);
			if (new == NULL)
				append(out, inner.p, inner.n);
			else
				wrap(out, in.p[0], 0, inner);
			free(inner.p);
		} else if (new == NULL) {
			append(out, in.p, n);
		} else {
			append(out, new->p, new->n);
		}
		in.p += n;
		in.n -= n;
	}
}

static void
loosen(struct bytes *out, struct bytes in, int levels)
{
	struct bytes value, inner;
	size_t n;

	for (; in.n > 0; in.p += n, in.n -= n) {
		n = head(in, &value);
		n += value.n;
		if (levels == 0 || (in.p[0] & 0x20) == 0) {
			append(out, in.p, n);
			continue;
		}
		inner = (struct bytes){NULL, 0};
		loosen(&inner, value, levels - 1);
		wrap(out, in.p[0], 1, inner);
		free(inner.p);
	}
}

int
main(int argc, char **argv)
{
	struct bytes in = {NULL, 0}, new = {NULL, 0}, out = {NULL, 0}, value;
	const char *verb = argc > 1 ? argv[1] : "";
	unsigned char octet;
	char path[64], *rest;
	int i;

	if (strcmp(verb, "make") == 0 && argc > 2) {
		for (i = 3; i < argc; i++)
			append_file(&in, argv[i]);
		i = (int)strtol(argv[2], &rest, 16);
		wrap(&out, (unsigned char)i, *rest == 'i', in);
	} else if (strcmp(verb, "at") == 0 && argc == 4) {
		append_file(&in, argv[3]);
		snprintf(path, sizeof path, "0.%s", argv[2]);
		walk(&out, in, path, NULL);
	} else if (strcmp(verb, "in") == 0 && argc == 4) {
		append_file(&in, argv[3]);
		snprintf(path, sizeof path, "0.%s", argv[2]);
		walk(&new, in, path, NULL);
		(void)head(new, &value);
		append(&out, value.p, value.n);
	} else if (strcmp(verb, "hex") == 0 && argc == 3) {
		for (rest = argv[2]; rest[0] && rest[1]; rest += 2) {
			octet = (unsigned char)strtoul(
			    (char[]){rest[0], rest[1], '\0'}, NULL, 16);
			append(&out, &octet, 1);
		}
	} else if (strcmp(verb, "put") == 0 && argc == 5) {
		append_file(&new, argv[3]);
		append_file(&in, argv[4]);
		snprintf(path, sizeof path, "0.%s", argv[2]);
		walk(&out, in, path, &new);
	} else if (strcmp(verb, "loose") == 0 && argc == 4) {
		append_file(&in, argv[3]);
		loosen(&out, in, atoi(argv[2]));
	} else {
		die("see its source for what it does");
	}
	fwrite(out.p, 1, out.n, stdout);
	free(in.p);
	free(new.p);
	free(out.p);
	return 0;
}
