#!/bin/sh
# The archive of PostgreSQL's log (WAL). PostgreSQL calls it; it needs nothing of a release, so no upgrade stops it.
#
#   wal.sh put PATH ARCHIVE          archive_command = '/usr/lib/neurohub/wal.sh put "%p" /backup/neurohub/wal'
#   wal.sh get NAME TARGET ARCHIVE   restore_command, written by `neurohub restore`
#
# A file is in the archive whole or not at all, on the disk before PostgreSQL may forget it, and never overwritten.
# Its name carries the SHA-256 of what is stored: NAME-SHA256.gz.
set -eu

put() {
  name=$(basename "$1") archive=$2
  for found in "$archive/$name"-*.gz; do
    [ -e "$found" ] || continue
    if gzip -cd "$found" | cmp -s - "$1"; then # told of it again after a crash
      sync "$found" "$archive"
      return 0
    fi
    echo "wal.sh: $found holds something else than $1; does another server archive here?" >&2
    return 1
  done
  part="$archive/.$name.part"
  gzip -1 -n -c "$1" >"$part"
  sum=$(sha256sum "$part")
  sync "$part"
  mv "$part" "$archive/$name-${sum%% *}.gz"
  sync "$archive"
}

# Ends with 1 for what is not there: PostgreSQL takes that for the end of the log. All else is above 125, on which it
# stops: a damaged or unreadable archive must not pass for a short one.
get() {
  name=$1 target=$2 archive=$3
  if ! [ -r "$archive" ] || ! [ -x "$archive" ]; then
    echo "wal.sh: $archive cannot be read" >&2
    return 200
  fi
  for found in "$archive/$name"-*.gz; do
    [ -e "$found" ] || return 1
    sum=$(sha256sum "$found") || return 200
    if [ "$found" != "$archive/$name-${sum%% *}.gz" ]; then
      echo "wal.sh: $found is damaged" >&2
      return 200
    fi
    gzip -cd "$found" >"$target" || return 200
    return 0
  done
}

command=$1
shift
"$command" "$@"
