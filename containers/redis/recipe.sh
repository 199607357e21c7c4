# shellcheck shell=bash disable=SC2034
tag=7
official=docker.io/library/redis:7.2.5-bookworm
release=bookworm
packages=(redis-server busybox-static dash)
files=(usr/bin/{redis-server,redis-cli} bin/busybox bin/dash)
users=(redis:999:999:/data)
