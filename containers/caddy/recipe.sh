# shellcheck shell=bash disable=SC2034
# What the gateway is measured against. Nothing of the stack needs it.
tag=2
official=docker.io/library/caddy:2.6.2
release=bookworm
packages=(caddy)
files=(usr/bin/caddy)
users=(caddy:1000:1000:/data)
