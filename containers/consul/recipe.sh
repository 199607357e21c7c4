# shellcheck shell=bash disable=SC2034
# Debian 12 has no Consul, Debian 11 has 1.8.
tag=1
official=docker.io/hashicorp/consul:1.15.4
release=bullseye
packages=(consul)
files=(usr/bin/consul)
users=(consul:100:1000:/consul)
