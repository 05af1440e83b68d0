# config/: joins the rows of every folder into the one settings file.  The
# settings.c of the folders are compiled here and nowhere else, so that no
# program links a folder for its rows alone.
noinst_LIBRARIES += config/libconfig.a
config_libconfig_a_SOURCES = \
	cli/settings.c cli/settings.h \
	config/arguments.c config/arguments.h \
	config/check.c config/check.h \
	config/check_create.c config/check_create.h \
	config/check_digest.c config/check_digest.h \
	config/check_milter.c config/check_milter.h \
	config/config.c config/config.h \
	config/settings.c config/settings.h \
	directory/fields_check.c \
	directory/settings.c directory/settings.h \
	judge/settings.c judge/settings.h \
	milter/settings.c milter/settings.h \
	pki/settings.c pki/settings.h \
	publisher/settings.c publisher/settings.h \
	spool/settings.c spool/settings.h \
	store/settings.c store/settings.h
CONFIG_LIBS = config/libconfig.a
