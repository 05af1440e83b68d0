# Needs root and servers: run by ./run-tests, not by make check.
EXTRA_DIST += run-tests \
	tests/integration/conftest.py \
	tests/integration/hooks.py \
	tests/integration/pytest.ini \
	tests/integration/servers/__init__.py \
	tests/integration/servers/ca.py \
	tests/integration/servers/certharvest.py \
	tests/integration/servers/directory.py \
	tests/integration/servers/embedded.py \
	tests/integration/servers/mail.py \
	tests/integration/servers/milter.py \
	tests/integration/servers/milter_client.py \
	tests/integration/servers/namespace.py \
	tests/integration/servers/partners.py \
	tests/integration/servers/postfix.py \
	tests/integration/servers/process.py \
	tests/integration/servers/samba.py \
	tests/integration/servers/sendmail.py \
	tests/integration/servers/settings.py \
	tests/integration/servers/smtp.py \
	tests/integration/test_contract_ad.py \
	tests/integration/test_directory.py \
	tests/integration/test_end_to_end.py \
	tests/integration/test_faults_mail.py \
	tests/integration/test_milter.py \
	tests/integration/test_milter_faults.py \
	tests/integration/test_processes.py \
	tests/integration/test_publisher.py \
	tests/integration/test_reload.py \
	tests/integration/test_servers_ca.py \
	tests/integration/test_servers_mta.py \
	tests/integration/test_servers_samba.py
