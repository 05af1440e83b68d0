/*
 * libFuzzer's custom mutators for targets whose input is BER: cms_fuzz and
 * certificate_fuzz.
 */
#include "smime/content.h"
#include "tests/fuzz/der_mutate.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal.h"

/* Most changes keep the structure, and most of those are signed again. */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	const struct content content = {CONTENT_LINES, span_str(SEAL_CONTENT)};
	size_t n;

	if (seed % 8 == 0)
		return LLVMFuzzerMutate(data, size, max);
	size = der_mutate(data, size, max, seed);
	if (seed % 4 == 0)
		return size;
	n = seal(data, size, max, &content);
	return n > 0 ? n : size;
}

size_t
LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b,
    size_t b_size, uint8_t *out, size_t max, unsigned seed)
{
	const struct content content = {CONTENT_LINES, span_str(SEAL_CONTENT)};
	size_t size = der_cross(a, a_size, b, b_size, out, max, seed), n;

	n = seal(out, size, max, &content);
	return n > 0 ? n : size;
}
