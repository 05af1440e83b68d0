#include <stdio.h>
#include <string.h>

#include "smime/from.h"

/*
 * What we say of values of From:, for from_oracle.py to compare: each value
 * on standard input ends in a NUL and yields a line of reason code and
 * address.
 */
int
main(void)
{
	char value[4 * LIMIT_FROM], address[ADDRESS_SIZE];
	struct reason why;
	size_t n = 0;
	int c;

	while ((c = getchar()) != EOF) {
		if (c != '\0' && n < sizeof value) {
			value[n++] = (char)c;
			continue;
		}
		reason_clear(&why);
		if (from_parse((struct span){(const uint8_t *)value, n},
			address, &why) != DONE)
			address[0] = '\0';
		printf("%s %s\n", reason_name(why.code), address);
		n = 0;
	}
	return 0;
}
