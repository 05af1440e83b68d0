# Needs root and servers: run by ./run-tests, not by make check.
EXTRA_DIST += run-tests tests/integration/pytest.ini \
	$(wildcard $(srcdir)/tests/integration/*.py) \
	$(wildcard $(srcdir)/tests/integration/doctor/*.txt) \
	$(wildcard $(srcdir)/tests/integration/servers/*.py)
