#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/*
 * Every cap on what a stranger chooses, in one place.  Sizes in bytes,
 * times in milliseconds unless the name says otherwise.  What an operator
 * may change is a setting; these are the bounds of the code itself.
 */

/* The message. */
#define LIMIT_MESSAGE (30u * 1024 * 1024)  /* judged at all */
#define LIMIT_MESSAGE_MEMORY (256u * 1024) /* above: a temporary file */
#define LIMIT_HEADERS 1000		   /* header fields */
#define LIMIT_HEADER_BYTES (256u * 1024)   /* all of them together */
#define LIMIT_FROM 2000			   /* one From: value */
#define LIMIT_CONTENT_TYPE 2000		   /* one Content-Type: value */
#define LIMIT_BOUNDARY 70		   /* RFC 2046 section 5.1.1 */
#define LIMIT_PART_HEADERS (16u * 1024)	   /* of one MIME part */
#define LIMIT_AUTHRES 8000	 /* one Authentication-Results: value */
#define LIMIT_AUTHRES_FIELDS 16	 /* of them that bear our name */
#define LIMIT_AUTHRES_RESULTS 64 /* in one of them */
#define LIMIT_BULK 1000		 /* looked at of Precedence and its like */

/* The signature. */
#define LIMIT_CMS (256u * 1024)		/* a detached signature's DER */
#define LIMIT_CERTIFICATES 16		/* in one message */
#define LIMIT_CERTIFICATE (16u * 1024)	/* DER of one */
#define LIMIT_CERTIFICATE_ELEMENTS 1024 /* tags in it; honest ones: 150 */
#define LIMIT_CRL_POINTS 16		/* CRL distribution points of one */
#define LIMIT_RSA_MIN 2048
#define LIMIT_RSA_MAX 8192
#define LIMIT_RSA_EXPONENT 33 /* bits */
#define LIMIT_CAPABILITIES 2048
#define LIMIT_BER_ELEMENTS 131072    /* read in one walk */
#define LIMIT_BER_DEPTH 32	     /* nested elements of indefinite length */
#define LIMIT_EXPLAIN (1024u * 1024) /* bodies looked at once more */
#define LIMIT_EXPLAIN_WORK (8u * 1024 * 1024) /* octets digested for that */
#define LIMIT_INFLATED (8u * 1024 * 1024)     /* of compressed-data */
#define LIMIT_INFLATE_RATIO 100		      /* of compressed-data, RFC 3274 */
#define LIMIT_BER_CHUNKS 4  /* nested pieces of an OCTET STRING */
#define LIMIT_KNOWN_TRIES 8 /* known certificates decoded for one look-up */
#define LIMIT_CANDIDATES (LIMIT_CERTIFICATES + LIMIT_KNOWN_TRIES)
#define LIMIT_CHAIN 8	    /* certificates between leaf and anchor */
#define LIMIT_CHAIN_WORK 64 /* decoded, and signatures tried, in a message */
#define LIMIT_ISSUERS 32    /* signatures tried to find one chain */
#define LIMIT_SANS 64	    /* looked at in one certificate */
#define LIMIT_NAME 256	    /* one name decoded from a certificate */

/* Addresses: RFC 5321 section 4.5.3.1, and 254 of the path. */
#define LIMIT_ADDRESS 254
#define LIMIT_LOCAL_PART 64

/* Trust material handed to a judge. */
#define LIMIT_ANCHORS 4096
#define LIMIT_KNOWN 4096
#define LIMIT_DISTRUSTED 1024
#define LIMIT_REJECTED 256   /* CAs, with their keys */
#define LIMIT_PARTNERS 65536 /* addresses, each by eight octets of a digest */
#define LIMIT_CRL (8u * 1024 * 1024) /* one: some 200,000 entries */
#define LIMIT_CRLS 1024
#define LIMIT_CRL_BYTES (32u * 1024 * 1024) /* all of them together */
#define LIMIT_SCOPE 4096 /* the domains of one anchor, as text */
#define LIMIT_TRUST (64u * 1024 * 1024)

/* Frames between our own processes. */
#define LIMIT_FRAME (1024u * 1024)

/* The judge. */
#define LIMIT_JUDGE_MEMORY (256u * 1024 * 1024)
#define LIMIT_JUDGE_STACK (8u * 1024 * 1024)
#define LIMIT_JUDGE_DEADLINE 2000 /* all of one judgement */
#define LIMIT_JUDGE_WAIT 100	  /* for a free worker */
#define LIMIT_JUDGE_MESSAGES 100  /* then it retires */

/* The directory child: answers to DIRECTORY_GROUP questions at once, each with
 * some MB of values, and as many threads' stacks. */
#define LIMIT_DIRECTORY_MEMORY (1024u * 1024 * 1024)

/* A spool file; hex and JSON make certificates larger. */
#define LIMIT_SPOOL_FILE (1024u * 1024)

/* Values of one contact: FACTS of Active Directory and Entra. */
#define LIMIT_VALUE 32768
#define LIMIT_VALUES 15
#define LIMIT_VALUES_READ 2048
#define LIMIT_CN 64

/* Lists of addresses and domains that an operator keeps in files. */
#define LIMIT_ROSTER 500000 /* entries, of all files of one setting */
#define LIMIT_ROSTER_BYTES (16u * 1024 * 1024) /* one file */

/* The control socket. */
#define LIMIT_CONTROL_LINE (64u * 1024)
#define LIMIT_CONTROL_CLIENTS 16
#define LIMIT_CONTROL_IDLE 10000

#endif
