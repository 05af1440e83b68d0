#ifndef BASE_OUTCOME_H
#define BASE_OUTCOME_H

/*
 * What became of a thing that was tried.  Every function that can end in
 * more than one way says so with one of these six words, decided where the
 * fact is known; the caller looks at the word alone and never guesses a
 * second time from an errno or a library's number.
 */
enum outcome {
	DONE,	 /* it happened */
	NOTHING, /* there was nothing to do: not for us, unchanged */
	REFUSED, /* judged; never try this again */
	HELD,	 /* a human decides */
	LATER,	 /* the world failed; try again */
	BROKEN	 /* our settings, our rights or our code */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* The outcome's lower-case word, as logs, JSON and the store have it. */
const char *outcome_name(enum outcome o);

#endif
