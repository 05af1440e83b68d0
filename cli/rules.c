#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "cli/ask.h"
#include "cli/report.h"
#include "store/rules.h"

/*
 * The verbs about what may be published for an address.  They ask the
 * running publisher, which alone writes the store; it reads what addresses and
 * fingerprints are made of.
 */

#define TEXT_MAX 1024

/* Ask with the arguments under their names and print what it says. */
static int
ask(const struct cli *cli, const char *verb, json_t *members)
{
	json_t *answer = NULL;
	struct reason words;
	const char *text;
	int status;

	if (members == NULL) {
		fprintf(stderr, "certharvest: words that are not UTF-8\n");
		return EX_DATAERR;
	}
	status = ask_publisher_give(cli, verb, members, &answer);
	if (status != EX_OK)
		return status;
	text = json_string_value(json_object_get(answer, "text"));
	/* Root may ask, and who answers is not root: cleaned as reasons are. */
	(void)!reason_set(
	    &words, REASON_OK, "%s", text != NULL ? text : "done");
	puts(words.text);
	json_decref(answer);
	return EX_OK;
}

/* The arguments by name, and --note. */
static int
order(const struct cli *cli, int argc, char **argv, const char *const *names)
{
	static const struct option options[] = {
	    {"note", required_argument, NULL, 'n'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	json_t *members = NULL;
	const char *note = "";
	int c, i;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'n')
			return cli_usage(argv[0], c == 'h');
		note = optarg;
	}
	for (i = 0; names[i] != NULL; i++)
		if (optind + i == argc)
			return cli_usage(argv[0], false);
	if (optind + i != argc)
		return cli_usage(argv[0], false);
	members = json_pack("{s:s}", "note", note);
	for (i = 0; members != NULL && names[i] != NULL; i++)
		if (json_object_set_new(members, names[i],
			json_string(argv[optind + i])) != 0) {
			json_decref(members);
			members = NULL;
		}
	return ask(cli, argv[0], members);
}

static const char *const an_address[] = {"address", NULL};
static const char *const a_subject[] = {"subject", NULL};
static const char *const a_certificate[] = {"address", "certificate", NULL};

int
verb_allow(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv, an_address);
}

int
verb_pin(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv, a_certificate);
}

int
verb_unpin(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv, an_address);
}

int
verb_ban(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv, a_subject);
}

int
verb_unban(const struct cli *cli, int argc, char **argv)
{
	return order(cli, argc, argv, a_subject);
}

/* The string of that name, quoted for a terminal; "" when there is none. */
static const char *
words(const json_t *o, const char *name)
{
	static char text[4][TEXT_MAX];
	static unsigned next;
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : log_quote(s, text[next++ % 4], TEXT_MAX);
}

/* Only the words of the table need no quotes. */
static const char *
kind(const json_t *rule)
{
	const char *word = json_string_value(json_object_get(rule, "rule"));
	unsigned i;

	for (i = 0; word != NULL && i < STORE_RULES; i++)
		if (strcmp(store_rule_name((enum store_rule_kind)i), word) == 0)
			return word;
	return words(rule, "rule");
}

static void
rule_text(const json_t *rule)
{
	const char *certificate =
	    json_string_value(json_object_get(rule, "certificate"));
	long long uid = json_integer_value(json_object_get(rule, "uid"));

	printf("%s %s\n", kind(rule), words(rule, "subject"));
	if (certificate != NULL && certificate[0] != '\0')
		printf(
		    "    certificate  sha256 %s\n", words(rule, "certificate"));
	printf("    since        %s\n", words(rule, "since"));
	if (uid < 0)
		printf("    by           certharvest itself\n");
	else
		printf(
		    "    by           uid %lld, %s\n", uid, words(rule, "who"));
	printf("    note         %s\n", words(rule, "note"));
}

int
verb_rules(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0}};
	json_t *answer = NULL, *rule;
	bool json = false;
	int c, status;
	size_t i;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'j')
			return cli_usage(argv[0], c == 'h');
		json = true;
	}
	if (optind != argc)
		return cli_usage(argv[0], false);
	status = ask_publisher(cli, argv[0], &answer);
	if (status != EX_OK)
		return status;
	if (json)
		return report_print(answer);
	json_array_foreach(json_object_get(answer, "rules"), i, rule)
	    rule_text(rule);
	if (json_array_size(json_object_get(answer, "rules")) == 0)
		puts("no rules: no veto, no pin, no ban");
	json_decref(answer);
	return EX_OK;
}
