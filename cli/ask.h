#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <jansson.h>

#include "cli/verb.h"

/*
 * Asking the running publisher at its control socket: one JSON object on a
 * line each way.
 */

/*
 * Send the request of that name to the publisher of the settings.  EX_OK:
 * *answer is the caller's, and says ok.  Else complains itself and returns
 * the exit status.
 */
int ask_publisher(const struct cli *cli, const char *request, json_t **answer);

/* The same, with more members beside the request's name; swallows them, NULL
 * is out of memory. */
int ask_publisher_give(const struct cli *cli, const char *request,
    json_t *members, json_t **answer);

/* The same with settings that were read; what is wrong is told in why. */
MUST_CHECK enum outcome ask_quietly(const struct settings *s,
    const char *request, json_t *members, json_t **answer, struct reason *why);

#endif
