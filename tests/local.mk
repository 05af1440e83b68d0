# tests/: a new unit test is a row in unit_tests and a file; what it needs
# of the folders is in LDADD already, from which the linker takes what is used.
unit_tests = \
	tests/unit/ad_clear_test \
	tests/unit/ad_hold_test \
	tests/unit/ad_result_test \
	tests/unit/ad_schema_test \
	tests/unit/ad_seen_test \
	tests/unit/ad_servers_test \
	tests/unit/ad_srv_test \
	tests/unit/address_test \
	tests/unit/algorithm_test \
	tests/unit/anchors_test \
	tests/unit/admission_policy_test \
	tests/unit/admission_test \
	tests/unit/authres_test \
	tests/unit/binding_test \
	tests/unit/blot_test \
	tests/unit/bulk_test \
	tests/unit/bytes_test \
	tests/unit/candidate_test \
	tests/unit/certificate_test \
	tests/unit/chain_test \
	tests/unit/cli_report_test \
	tests/unit/clock_test \
	tests/unit/config_test \
	tests/unit/collect_test \
	tests/unit/control_test \
	tests/unit/cost_test \
	tests/unit/csv_test \
	tests/unit/cms_test \
	tests/unit/content_type_test \
	tests/unit/corpus_test \
	tests/unit/create_test \
	tests/unit/decode_test \
	tests/unit/digest_mail_test \
	tests/unit/digest_test \
	tests/unit/directory_child_test \
	tests/unit/directory_wire_test \
	tests/unit/dn_test \
	tests/unit/fields_test \
	tests/unit/file_test \
	tests/unit/frame_test \
	tests/unit/from_test \
	tests/unit/group_test \
	tests/unit/harvest_test \
	tests/unit/handover_kill_test \
	tests/unit/inner_test \
	tests/unit/judge_end_test \
	tests/unit/judge_pool_test \
	tests/unit/keytab_test \
	tests/unit/known_signer_test \
	tests/unit/known_test \
	tests/unit/judge_test \
	tests/unit/judge_wire_test \
	tests/unit/ldif_group_test \
	tests/unit/ldif_test \
	tests/unit/log_test \
	tests/unit/mark_test \
	tests/unit/object_test \
	tests/unit/matrix_test \
	tests/unit/message_test \
	tests/unit/milter_control_test \
	tests/unit/metrics_test \
	tests/unit/mozilla_test \
	tests/unit/name_test \
	tests/unit/network_test \
	tests/unit/phrase_test \
	tests/unit/phrase_worker_test \
	tests/unit/pkits_test \
	tests/unit/plan_key_change_test \
	tests/unit/plan_refresh_test \
	tests/unit/plan_rivals_test \
	tests/unit/plan_shadows_test \
	tests/unit/plan_test \
	tests/unit/plan_vanished_test \
	tests/unit/quote_test \
	tests/unit/reason_test \
	tests/unit/respect_test \
	tests/unit/retry_test \
	tests/unit/roster_test \
	tests/unit/scope_test \
	tests/unit/scoping_test \
	tests/unit/search_filter_test \
	tests/unit/security_test \
	tests/unit/settings_test \
	tests/unit/setup_test \
	tests/unit/snapshot_pace_test \
	tests/unit/snapshot_test \
	tests/unit/site_key_test \
	tests/unit/smime_test \
	tests/unit/split_test \
	tests/unit/socket_test \
	tests/unit/spool_durable_test \
	tests/unit/spool_json_test \
	tests/unit/spool_put_test \
	tests/unit/spool_take_test \
	tests/unit/spool_users_test \
	tests/unit/store_append_test \
	tests/unit/store_fault_test \
	tests/unit/store_open_test \
	tests/unit/store_plan_test \
	tests/unit/store_power_test \
	tests/unit/store_upgrade_test \
	tests/unit/template_test \
	tests/unit/trust_source_test \
	tests/unit/trust_test \
	tests/unit/turns_test \
	tests/unit/undo_plan_test \
	tests/unit/usage_test \
	tests/unit/walk_plan_test \
	tests/unit/walk_sweep_test \
	tests/unit/walk_settle_test \
	tests/unit/wire_test \
	tests/unit/work_test

# One script against one door, whatever stands behind it.
contract_tests = \
	tests/contract/store_authority_contract \
	tests/contract/store_contract \
	tests/contract/store_policy_contract \
	tests/contract/store_review_contract \
	tests/contract/store_rebuild_contract \
	tests/contract/store_rules_contract \
	tests/contract/store_tells_contract \
	tests/contract/store_tidy_contract \
	tests/contract/store_walks_contract \
	tests/contract/store_watch_contract \
	tests/contract/store_undo_contract \
	tests/contract/store_writes_contract
tests_contract_store_authority_contract_SOURCES = \
	tests/contract/store_authority_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_contract_SOURCES = tests/contract/store_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_policy_contract_SOURCES = \
	tests/contract/store_policy_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_review_contract_SOURCES = \
	tests/contract/store_review_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_rebuild_contract_SOURCES = \
	tests/contract/store_rebuild_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_rules_contract_SOURCES = \
	tests/contract/store_rules_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_tells_contract_SOURCES = \
	tests/contract/store_tells_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_tidy_contract_SOURCES = \
	tests/contract/store_tidy_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_watch_contract_SOURCES = \
	tests/contract/store_watch_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_walks_contract_SOURCES = \
	tests/contract/store_walks_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_undo_contract_SOURCES = \
	tests/contract/store_undo_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h
tests_contract_store_writes_contract_SOURCES = \
	tests/contract/store_writes_contract.c \
	tests/contract/store_door.c tests/contract/store_door.h

# from the top of the folder order to its bottom
LDADD = $(MILTER_SIDE_LIBS) tests/libsample.a $(PUBLISHER_LIBS) $(SMIME_LIBS) $(PKI_LIBS) $(BACKEND_LIBS) \
	$(SPOOL_LIBS) $(STORE_LIBS) $(CONFIG_LIBS) $(BASE_LIBS) $(LDAP_LIBS) $(SETTINGS_LIBS) \
	$(CONFINE_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)

EXTRA_DIST += tests/unit/unit.h \
	tests/unit/stores/dump.py $(wildcard $(srcdir)/tests/unit/stores/*.sql)
check_LIBRARIES += tests/libsample.a
tests_libsample_a_SOURCES = \
	tests/unit/deeds.c tests/unit/deeds.h \
	tests/unit/fault_vfs.c tests/unit/fault_vfs.h \
	tests/unit/mails.c tests/unit/mails.h \
	tests/unit/pki_sample.c tests/unit/pki_sample.h \
	tests/unit/power_vfs.c tests/unit/power_vfs.h \
	tests/unit/sample.c tests/unit/sample.h
if HAVE_CMOCKA
# Nothing is confined with sanitizers.
if !WITH_SANITIZERS
unit_tests += tests/unit/confine_test
endif

check_PROGRAMS += $(unit_tests) $(contract_tests)
TESTS += $(unit_tests) $(contract_tests)
endif

# A new lint is a row and a script that prints file:line: what, what to do.
lint_scripts = \
	tests/lint/dist.sh \
	tests/lint/format.sh \
	tests/lint/headers.sh \
	tests/lint/includes.sh \
	tests/lint/events.sh \
	tests/lint/manuals.sh \
	tests/lint/provoke.sh \
	tests/lint/sizes.sh
dist_check_SCRIPTS += $(lint_scripts)
EXTRA_DIST += tests/lint/common.sh
TESTS += $(lint_scripts)

# One contract, every kind of directory; that of Active Directory is run by
# tests/integration.
check_PROGRAMS += tests/contract/directory_contract
dist_check_SCRIPTS += tests/contract/directory_ldif.sh
EXTRA_DIST += tests/contract/directory_oracle.py \
	tests/contract/directory_exchange.ldif \
	tests/contract/directory_prepared.ldif
TESTS += tests/contract/directory_ldif.sh

# Of the operator's command, which is no library.
tests_unit_csv_test_SOURCES = tests/unit/csv_test.c cli/csv.c
tests_unit_digest_mail_test_SOURCES = tests/unit/digest_mail_test.c \
	cli/digest_mail.c
tests_unit_plan_key_change_test_SOURCES = tests/unit/plan_key_change_test.c \
	tests/unit/plan_scene.c tests/unit/plan_scene.h
tests_unit_plan_refresh_test_SOURCES = tests/unit/plan_refresh_test.c \
	tests/unit/plan_scene.c tests/unit/plan_scene.h
tests_unit_plan_test_SOURCES = tests/unit/plan_test.c \
	tests/unit/plan_scene.c tests/unit/plan_scene.h
tests_unit_plan_vanished_test_SOURCES = tests/unit/plan_vanished_test.c \
	tests/unit/plan_scene.c tests/unit/plan_scene.h
tests_unit_plan_rivals_test_SOURCES = tests/unit/plan_rivals_test.c \
	tests/unit/plan_scene.c tests/unit/plan_scene.h
tests_unit_plan_shadows_test_SOURCES = tests/unit/plan_shadows_test.c \
	tests/unit/plan_scene.c tests/unit/plan_scene.h
tests_unit_quote_test_SOURCES = tests/unit/quote_test.c cli/quote.c

# GMime is a second opinion on From:.
tests_unit_from_test_CPPFLAGS = $(AM_CPPFLAGS) $(GMIME_CFLAGS)

# Mail of every form and every attack, in the build folder.
dist_check_SCRIPTS += tests/mail/make-mail
check_PROGRAMS += tests/mail/der tests/mail/mint tests/mail/sign_mail
tests_mail_mint_LDADD = $(CRYPTO_LIBS)
tests_mail_sign_mail_LDADD = $(CRYPTO_LIBS) $(ZLIB_LIBS)
mail_themes = \
	tests/mail/blobs.sh \
	tests/mail/boundaries.sh \
	tests/mail/broken.sh \
	tests/mail/changed.sh \
	tests/mail/choice.sh \
	tests/mail/cms.sh \
	tests/mail/forms.sh \
	tests/mail/identity.sh \
	tests/mail/lib.sh \
	tests/mail/oracle.sh \
	tests/mail/other.sh \
	tests/mail/people.sh \
	tests/mail/structure.sh
EXTRA_DIST += tests/mail/MATRIX $(mail_themes)
check_DATA += tests/mails/done
tests/mails/done: tests/mail/make-mail $(mail_themes) tests/mail/der$(EXEEXT) tests/mail/sign_mail$(EXEEXT)
	$(AM_V_GEN)sh $(srcdir)/tests/mail/make-mail tests/mails
	$(AM_V_at)touch $@
CLEANFILES += tests/mails/*

# Certificates that the openssl command makes, in the build folder.
check_DATA += tests/pki/done
EXTRA_DIST += tests/fixtures/pki.sh
tests/pki/done: tests/fixtures/pki.sh
	$(AM_V_GEN)sh $(srcdir)/tests/fixtures/pki.sh tests/pki
CLEANFILES += tests/pki/*

# Second opinions on values of headers, where Python has one.
dist_check_SCRIPTS += tests/unit/oracles.sh
EXTRA_DIST += tests/unit/authres_oracle.py tests/unit/from_oracle.py \
	tests/unit/phrase_oracle.py
check_PROGRAMS += tests/unit/from_door
TESTS += tests/unit/oracles.sh

dist_check_SCRIPTS += tests/unit/config_print.sh
TESTS += tests/unit/config_print.sh
# A judge that crashes, hangs and lies on demand, for those who ask judges.
check_PROGRAMS += tests/faults/judge_double
tests_faults_judge_double_LDADD = $(BASE_LIBS)
# The real one, which a message can tell to do what somebody would who has
# taken it over.
check_PROGRAMS += tests/faults/judge_taken
tests_faults_judge_taken_SOURCES = tests/faults/judge_taken.c \
	$(certharvest_judge_SOURCES)
tests_faults_judge_taken_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) \
	$(GMIME_CFLAGS)
tests_faults_judge_taken_LDFLAGS = -Wl,--wrap=answer_question
tests_faults_judge_taken_LDADD = tests/libsample.a $(certharvest_judge_LDADD)

# Stands in for Mozilla's roots: a real shared object, found by its path.
EXTRA_DIST += tests/pkcs11/roots_module.c
check_DATA += tests/pkcs11/roots.so
tests/pkcs11/roots.so: tests/pkcs11/roots_module.c
	$(AM_V_CC)$(MKDIR_P) tests/pkcs11 && $(CC) -D_GNU_SOURCE -Wall \
		$(P11_CFLAGS) $(CRYPTO_CFLAGS) $(CFLAGS) -fPIC -shared \
		-o $@ $(srcdir)/tests/pkcs11/roots_module.c $(CRYPTO_LIBS)
CLEANFILES += tests/pkcs11/roots.so

# The operator's command, as it is called.
cli_scripts = tests/cli/acl.sh tests/cli/anchors.sh tests/cli/crls.sh \
	tests/cli/doctor.sh tests/cli/rules.sh tests/cli/trust_list.sh \
	tests/cli/try.sh
dist_check_SCRIPTS += $(cli_scripts)
TESTS += $(cli_scripts)
