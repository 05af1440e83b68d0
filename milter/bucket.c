#include "milter/bucket.h"

void
bucket_init(struct bucket *b, unsigned burst, unsigned interval, int64_t now)
{
	b->burst = burst;
	b->interval = interval;
	b->left = burst;
	b->filled = now;
}

bool
bucket_take(struct bucket *b, int64_t now)
{
	int64_t came = (now - b->filled) / b->interval;

	if (came > 0) {
		b->filled += came * b->interval;
		b->left = b->left + came > b->burst ? b->burst
						    : b->left + (unsigned)came;
	}
	if (b->left == 0)
		return false;
	b->left--;
	return true;
}

int64_t
bucket_next(const struct bucket *b, int64_t now)
{
	if (b->left > 0 || now - b->filled >= b->interval)
		return now;
	return b->filled + b->interval;
}
