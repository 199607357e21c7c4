# shellcheck shell=bash disable=SC2034
tag=15
official=docker.io/library/postgres:15.14-bookworm
release=bookworm
packages=(postgresql-15 tzdata libc-bin)
pg=usr/lib/postgresql/15
files=("$pg"/bin/{postgres,initdb,pg_ctl,psql,pg_isready,pg_dump,pg_restore,pg_basebackup,pg_rewind,pg_controldata}
  "$pg/lib/*" 'usr/share/postgresql/15/*' 'usr/share/zoneinfo/*' 'usr/lib/locale/*' usr/bin/getent)
without=("$pg"/lib/{llvmjit,bitcode,pgxs}'*' 'usr/lib/*/lib'{LLVM,z3,perl}'*' usr/share/postgresql/15/man
  usr/share/zoneinfo/{right,posix})
users=(postgres:999:999:/var/lib/postgresql)
# As in the official image: servers that are started from this sample listen everywhere.
# shellcheck disable=SC2016
hooks=('sed -i "s/^#*listen_addresses.*/listen_addresses = '\''*'\''/" "$1/usr/share/postgresql/15/postgresql.conf.sample"')
