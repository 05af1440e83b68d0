#ifndef PUBLISHER_RULE_REQUESTS_H
#define PUBLISHER_RULE_REQUESTS_H

#include "publisher/inside.h"

/*
 * The requests about single addresses and certificates.  They write a row of
 * the store and nothing else: a harvest in work looks at the rules again
 * before it writes, and what is to be done in the directory is an order, which
 * work.h carries out between two harvests.  The socket is served while a child
 * is waited for, when the store is in the middle of nothing.
 *
 * "address" is a mail address as a person writes it, "certificate" 64
 * hexadecimal digits in any case, with or without colons; "note" is free.
 * "fresh" in an answer says whether anything is now other than before.
 */

/* All rules: {"rules": [...]}. */
request_answer rule_requests_list;

/* Lift veto and contested: {address, note}. */
request_answer rule_requests_allow;

/* {address, certificate, note}, {address, note}. */
request_answer rule_requests_pin, rule_requests_unpin;

/* {subject, note}: an address or a certificate. */
request_answer rule_requests_ban, rule_requests_unban;

#endif
