# base/: what everything else stands on.
noinst_LIBRARIES += base/libbase.a
base_libbase_a_SOURCES = \
	base/address.c base/address.h \
	base/algorithm.c base/algorithm.h \
	base/authentication.c base/authentication.h \
	base/bulk.c base/bulk.h \
	base/bytes.c base/bytes.h \
	base/child.c base/child.h \
	base/clock.c base/clock.h \
	base/confine.c base/confine.h \
	base/confine_judge.c base/confine_sessions.c \
	base/digest.c base/digest.h \
	base/events.def \
	base/facts.c base/facts.h \
	base/file.c base/file.h \
	base/filter.c base/filter.h \
	base/frame.c base/frame.h \
	base/gateway.c base/gateway.h \
	base/hooks.c base/hooks.h \
	base/harvest.c base/harvest.h \
	base/judge.c base/judge.h \
	base/judge_end.c base/judge_end.h \
	base/judge_policy.c base/judge_policy.h \
	base/judge_process.c base/judge_process.h \
	base/judge_wire.c base/judge_wire.h \
	base/landlock.c base/landlock.h \
	base/limits.h \
	base/log.c base/log.h \
	base/metrics.c base/metrics.def base/metrics.h \
	base/metrics_inside.h base/metrics_write.c \
	base/name.c base/name.h \
	base/network.c base/network.h \
	base/notify.c base/notify.h \
	base/outcome.c base/outcome.h \
	base/reason.c base/reason.def base/reason.h \
	base/scope.c base/scope.h \
	base/search_filter.c base/search_filter.h \
	base/settings.c base/settings_parse.c base/settings.h \
	base/settings_text.c base/settings_value.c base/settings_value.h \
	base/socket.c base/socket.h \
	base/template.c base/template.h \
	base/text.c base/text.h \
	base/trust.c base/trust.h base/trust_wire.c \
	base/utf8.c base/utf8.h \
	base/wire.c base/wire.h
base_libbase_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(CONFUSE_CFLAGS) \
	$(SECCOMP_CFLAGS) $(IDN2_CFLAGS)
BASE_LIBS = base/libbase.a $(CRYPTO_LIBS) $(IDN2_LIBS)
CONFINE_LIBS = $(SECCOMP_LIBS)
SETTINGS_LIBS = $(CONFUSE_LIBS)
