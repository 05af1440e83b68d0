#ifndef PUBLISHER_ORDER_REPORT_H
#define PUBLISHER_ORDER_REPORT_H

#include "directory/contact.h"

/* What carrying an order out came to. */
struct order_report {
	struct reason why; /* its row is the outcome */
	bool reached;	   /* the directory answered */
	bool wrote;
	bool settled;	     /* the order is recorded as ended already */
	char dn[CONTACT_DN]; /* of the contact */
	char object[CONTACT_ID];
	char plan[2048]; /* one line; "" when it did not come to one */
};

#endif
