# shellcheck shell=bash disable=SC2034
tag=7
official=docker.io/library/redis:7.2.5-bookworm
release=bookworm
packages=(redis-server)
files=(usr/bin/redis-{server,check-rdb,cli})
users=(redis:999:999:/data)
