#!/bin/sh
# Finds the Chromium that the page is tested with and prints its path. Where there is none it is installed, by apt, if this
# user may; else it fails and says how. The headless shell is the same engine without windows, at half the CPU.
set -eu

find_chromium() {
	for name in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
		[ -n "$name" ] && command -v "$name" && return
	done
	return 1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

find_chromium && exit
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
	echo "no Chromium found: installing Debian's" >&2
	export DEBIAN_FRONTEND=noninteractive
	{
		as_root apt-get update -q
		as_root apt-get install -q -y --no-install-recommends chromium-headless-shell ||
			as_root apt-get install -q -y --no-install-recommends chromium
	} </dev/null >&2 || true
	find_chromium && exit
fi
echo "scripts/chromium.sh: the page is tested in a real Chromium, and there is none: install the package chromium, or set CHROMIUM to its path" >&2
exit 1
