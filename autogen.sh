#!/bin/sh
# Make configure and the Makefile templates from a checkout.
set -e
cd "$(dirname "$0")"
mkdir -p m4 aux
exec autoreconf --install --warnings=all,no-obsolete
