# shellcheck shell=bash disable=SC2034
# What can stand in front of PostgreSQL. There is no official image of it.
tag=1
release=bookworm
packages=(pgbouncer)
files=(usr/sbin/pgbouncer)
users=(pgbouncer:999:999:/tmp)
