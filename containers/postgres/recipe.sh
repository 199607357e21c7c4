# shellcheck shell=bash disable=SC2034
tag=15
official=docker.io/library/postgres:15.14-bookworm
release=bookworm
packages=(postgresql-15 busybox-static dash tzdata libc-bin)
pg=usr/lib/postgresql/15
files=("$pg"/bin/{postgres,initdb,pg_ctl,psql,pg_isready,pg_dump,pg_restore,pg_basebackup,pg_rewind,pg_controldata}
  "$pg/lib" usr/share/postgresql/15 usr/share/zoneinfo usr/lib/locale usr/bin/getent bin/busybox bin/dash)
users=(postgres:999:999:/var/lib/postgresql)

before_take() {
  rm -rf "$1/$pg"/lib/{llvmjit*,bitcode,pgxs} "$1"/usr/share/postgresql/15/man "$1"/usr/share/zoneinfo/{right,posix}
}

# As in the official image: servers that are started from this sample listen everywhere.
arrange() {
  sed -i "s/^#*listen_addresses.*/listen_addresses = '*'/" "$1/usr/share/postgresql/15/postgresql.conf.sample"
}
