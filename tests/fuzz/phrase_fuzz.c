#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "smime/from.h"
#include "smime/phrase.h"
#include "tests/fuzz/fuzz.h"

/* Any phrase.  What comes out is clean: cleaning it again changes nothing. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[LIMIT_NAME + 1], again[LIMIT_NAME + 1];
	struct span s = {data, size}, phrase;
	bool ok;

	phrase_init();
	ok = phrase_decode(s, name);
	MUST(ok == (name[0] != '\0'));
	MUST(utf8_is_valid(span_str(name)));
	text_show(span_str(name), again, sizeof again);
	MUST(strcmp(name, again) == 0);
	phrase = from_phrase(s);
	MUST(phrase.len <= size && phrase.data == data);
	return 0;
}
