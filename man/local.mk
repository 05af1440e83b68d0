# man/: the manual, in mdoc.  make check holds it against the tables.
dist_man_MANS += \
	man/certharvest-events.7 \
	man/certharvest-metrics.7 \
	man/certharvest-milter.8 \
	man/certharvest-publisher.8 \
	man/certharvest-pull.8 \
	man/certharvest-reasons.7 \
	man/certharvest.1 \
	man/certharvest.conf.5
