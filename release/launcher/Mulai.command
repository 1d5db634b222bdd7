#!/bin/sh
# macOS and Linux: a double click begins Kasuslab. Only what cannot be said before a Python is there stands here.
cd "$(dirname "$0")" || exit 1
PATH="$PATH:/usr/local/bin:/opt/homebrew/bin"
wait_for_enter() {
  if [ -t 0 ]; then
    printf '%s\n' "Tekan Enter untuk menutup. / Press Enter to close."
    read -r _
  fi
}
for name in python3.13 python3.12 python3.11 python3 python; do
  if "$name" -c 'import sys; assert sys.hexversion >= 0x030b00f0' >/dev/null 2>&1; then
    "$name" release/launcher/environment.py "$@"
    status=$?
    [ "$status" -eq 0 ] || wait_for_enter
    exit "$status"
  fi
done
printf '%s\n' "Kasuslab memerlukan Python 3.11 atau lebih baru. Pasang dari https://www.python.org/downloads/ lalu klik Mulai lagi."
printf '%s\n' "Kasuslab needs Python 3.11 or newer. Install it from https://www.python.org/downloads/ then click Mulai again."
wait_for_enter
exit 1
