#!/bin/sh
#
# seeds.sh FOLDER: seeds for the fuzz targets, FOLDER/TARGET/ each: the mails
# of our own generator, the certificates of the unit tests, and what lies in
# ../shared/corpus when that is there (never copied into the repository).

set -eu
top=${srcdir:-.}
foreign=${FOREIGN_CORPUS:-$top/../shared/corpus}
out=$1
mkdir -p "$out/message" "$out/cms" "$out/certificate" "$out/from" \
	"$out/directory_wire" "$out/address" "$out/crl" "$out/content_type" \
	"$out/tlv" "$out/settings"

# put TARGET FILE...: under names of their own
n=0
put() {
	target=$1
	shift
	for file; do
		[ -f "$file" ] || continue
		n=$((n + 1))
		cp "$file" "$out/$target/$n-$(basename "$file" | cut -c 1-100)"
	done
}

# What PEM holds, as DER.
pem() {
	n=$((n + 1))
	sed -n '/^-----BEGIN/,/^-----END/{/^-----/d;p;}' "$2" |
		base64 -d >"$out/$1/$n-pem" 2>/dev/null || rm "$out/$1/$n-pem"
}

# --- our own

# made by make check, in the build folder
put message tests/mails/*.eml
put cms tests/mails/*.p7
put tlv tests/mails/*.p7
put certificate tests/mails/*.der tests/pki/*.der
put settings "$top"/conf/certharvest.conf
tests/fuzz/directory_wire_seeds "$out/directory_wire"

# --- from elsewhere

if [ -f "$foreign/manifest.tsv" ]; then
	tail -n +2 "$foreign/manifest.tsv" | cut -f 2,3 |
	while IFS="$(printf '\t')" read -r path kind; do
		file=$foreign/$path
		n=$((n + 1000))
		case $kind in
		cms-pem*) pem cms "$file" ;;
		cert-pem) pem certificate "$file" ;;
		cms-der* | fuzz-cms:*) put cms "$file" ;;
		cert-der) put certificate "$file" ;;
		crl-der) put crl "$file" ;;
		other | kind) ;;
		*) put message "$file" ;;
		esac
	done
	put message "$foreign"/pkits/smime/*.eml
	put certificate "$foreign"/pkits/certs/*
	put crl "$foreign"/pkits/crls/*
	cut -f 5 "$foreign/manifest.tsv" | sort -u | grep @ |
		split -l 1 -a 4 - "$out/from/foreign-"
	put address "$out"/from/foreign-*
else
	echo "seeds.sh: $foreign is not there; our own seeds alone"
fi
find "$out/message" -type f -size -60k |
	while IFS= read -r file; do
		n=$((n + 1000000))
		sed -n '/^[Cc]ontent-[Tt]ype:/,/^[^ 	]/p' "$file" |
			head -c 2000 >"$out/content_type/$n"
	done
