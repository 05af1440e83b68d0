# judge/: the confined worker.
pkglibexec_PROGRAMS += certharvest-judge
certharvest_judge_SOURCES = \
	judge/answer.c judge/answer.h \
	judge/main.c
certharvest_judge_LDADD = $(SMIME_LIBS) $(PKI_LIBS) $(CONFINE_LIBS)
