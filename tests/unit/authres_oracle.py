"""Compare with python3-authres: three lines a case, dmarc, dkim, the value."""
import re
import sys

import authres

ID, DOMAIN = 'mx.corp.example', 'mail.partner.example'


def aligned(result):
    signer = result.header_d or (result.header_i or '').split('@')[-1]
    signer = (signer or '').lower()
    return signer == DOMAIN or \
        '.' in signer and DOMAIN.endswith('.' + signer)


def properties(result, name):
    return [p.value.lower() for p in result.properties
            if (p.type + '.' + p.name).lower() == name]


def dkim(results):
    ours = [r.result.lower() if aligned(r) else 'none' for r in results]
    if 'pass' in ours:
        return 'pass'
    said = [r for r in ours if r != 'none']
    return said[-1] if said else ours[-1] if ours else ''


def dmarc(results):
    ours = {'none' if any(f != DOMAIN for f in properties(r, 'header.from'))
            else r.result.lower() for r in results}
    return 'conflict' if len(ours) > 1 else ours.pop() if ours else ''


def opinion(value):
    header = authres.AuthenticationResultsHeader.parse_value(
        re.sub(r'\s+', ' ', value).strip())
    if header.authserv_id.lower() != ID:
        return '', ''
    def of(method):
        return [r for r in header.results if r.method.lower() == method]
    return dmarc(of('dmarc')), dkim(of('dkim'))


lines = sys.stdin.read().split('\n')
bad = 0
for i in range(0, len(lines) - 2, 3):
    ours = lines[i], lines[i + 1]
    try:
        theirs = opinion(lines[i + 2])
    except Exception as e:
        theirs = repr(e)
    if ours != theirs:
        bad += 1
        print(f'{lines[i + 2]}: we say {ours}, authres says {theirs}')
print(f'authres: {i // 3 + 1} values, {bad} differ')
sys.exit(bad > 0)
