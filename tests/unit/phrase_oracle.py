"""Compare with Python's email.header: two lines a case, phrase and name."""
import sys
from email.header import decode_header, make_header


def opinion(phrase):
    return ' '.join(str(make_header(decode_header(phrase))).split())


lines = sys.stdin.buffer.read().decode('utf-8').split('\n')
bad = 0
for i in range(0, len(lines) - 1, 2):
    try:
        theirs = opinion(' '.join(lines[i].split()))
    except Exception as e:
        theirs = repr(e)
    if lines[i + 1] != theirs:
        bad += 1
        print(f'{lines[i]}: we say {lines[i + 1]!r}, Python {theirs!r}')
print(f'phrase: {i // 2 + 1} values, {bad} differ')
sys.exit(bad > 0)
