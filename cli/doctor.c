#include "cli/doctor.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "cli/report.h"
#include "directory/child.h"

#define PATIENCE 60 /* seconds, or four times directory.timeout */

static int
print_json(const struct finding *f)
{
	json_t *o = json_object();

	if (o != NULL &&
	    (!report_set(
		 o, "level", finding_level_name(finding_level(f->code))) ||
		!report_set(o, "check", finding_check(f->code)) ||
		!report_set(o, "finding", finding_name(f->code)) ||
		!report_set(o, "text", f->seen.text) ||
		!report_set(o, "reason", reason_name(f->seen.code)) ||
		!report_set(o, "advice", finding_advice(f)))) {
		json_decref(o);
		o = NULL;
	}
	return report_print(o);
}

static int
print_line(const struct finding *f)
{
	const char *advice = finding_advice(f), *text = f->seen.text;
	bool stop =
	    text[0] != '\0' && strchr(".?!", text[strlen(text) - 1]) != NULL;

	printf("%-7s %s: %s%s%s\n", finding_level_name(finding_level(f->code)),
	    finding_check(f->code), text,
	    advice[0] == '\0' ? ""
		: stop	      ? " "
			      : ". ",
	    advice);
	return EX_OK;
}

/* All of them; the status of what is worst: what may pass by itself is not
 * as bad as what somebody must correct. */
static int
print_all(const struct findings *f, bool json)
{
	int status = EX_OK, one;
	const struct finding *p;

	for (p = f->list; p < f->list + f->n; p++) {
		one = json ? print_json(p) : print_line(p);
		if (one == EX_OK &&
		    finding_level(p->code) == FINDING_LEVEL_ERROR)
			one = reason_outcome(p->seen.code) == LATER
			    ? EX_TEMPFAIL
			    : EX_CONFIG;
		if (status < one)
			status = one;
	}
	return status;
}

static enum outcome
ask_child(const struct cli *cli, const struct settings *s,
    struct findings **out, struct reason *why)
{
	unsigned timeout =
	    4 * (unsigned)settings_number(s, "directory", "timeout");
	struct directory_child_start start = {
	    .settings = cli->settings_path,
	    .deadline = 1000 * (timeout > PATIENCE ? timeout : PATIENCE),
	};
	char *program = child_program_dup_path("certharvest-directory");
	struct directory_child *child = NULL;
	enum outcome o;

	if (program == NULL)
		return reason_set(why, REASON_WORKER_BROKEN,
		    "certharvest-directory is not installed where this "
		    "program looks for it");
	start.program = program;
	o = directory_child_open(&start, &child, why);
	if (o == DONE)
		o = directory_child_examine(child, out, why);
	directory_child_close(child);
	free(program);
	return o;
}

static int
doctor(const struct cli *cli, const struct settings *s, bool json)
{
	struct findings *here = findings_new(), *there = NULL;
	int status = EX_OK, other = EX_OK;
	struct reason why;
	enum outcome o;

	if (here == NULL)
		return EX_OSERR;
	doctor_look_privileged(s, here);
	o = doctor_become_publisher(s, here, &why);
	if (o != DONE) {
		status = cli_fail(o, &why);
		goto out;
	}
	doctor_look(s, here);
	status = print_all(here, json);
	(void)fflush(stdout);
	o = ask_child(cli, s, &there, &why);
	if (o == DONE)
		other = print_all(there, json);
	else
		other = cli_fail(o, &why);
	if (status < other)
		status = other;
out:
	findings_free(here);
	findings_free(there);
	return status;
}

int
verb_doctor(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0}};
	struct settings *s = NULL;
	bool json = false;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'j')
			return cli_usage(argv[0], c == 'h');
		json = true;
	}
	if (optind != argc)
		return cli_usage(argv[0], false);
	status = cli_settings(cli, &s);
	if (status == EX_OK)
		status = doctor(cli, s, json);
	settings_free(s);
	return status;
}
