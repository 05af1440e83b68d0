#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Give every file named on the command line to the target, as libFuzzer's
 * own main does: for builds without --enable-fuzzers.
 */
static int
replay(const char *path)
{
	uint8_t *data = NULL;
	size_t size = 0, n;
	FILE *f;

	f = fopen(path, "rb");
	if (f == NULL) {
		perror(path);
		return 1;
	}
	do {
		data = realloc(data, size + 65536);
		if (data == NULL)
			abort();
		n = fread(data + size, 1, 65536, f);
		size += n;
	} while (n > 0);
	fclose(f);
	/* Exactly as long as it is, so that reading on is seen. */
	data = realloc(data, size > 0 ? size : 1);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	int i, failed = 0;

	for (i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
