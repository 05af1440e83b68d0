#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/*
 * One fuzz target: what libFuzzer, or replay.c over the corpus, calls with
 * each input.  Returns 0; a finding is a crash, a hang, a sanitizer's
 * complaint or an abort() where a promise does not hold.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer's own changes, for custom mutators; returns the new length. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* Called by libFuzzer instead of its own; returns the new length. */
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max, unsigned seed);

/* The same for two inputs, into out. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
    const uint8_t *b, size_t b_size, uint8_t *out, size_t max, unsigned seed);

/* What must hold for every input. */
#define MUST(x)                                                                \
	do {                                                                   \
		if (!(x))                                                      \
			abort();                                               \
	} while (0)

#endif
