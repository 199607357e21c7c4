# shellcheck shell=bash disable=SC2034
# What the isolation tests look at a network with, from inside a container.
tag=1
official=docker.io/nicolaka/netshoot:v0.13
release=bookworm
packages=(curl netcat-openbsd iproute2 iputils-ping bind9-dnsutils libc-bin)
files=(usr/bin/{curl,dig,getent,nc.openbsd,ip,ss,ping} usr/sbin/tc 'etc/iproute2/*')
users=(probe:1000:1000:/tmp)
# shellcheck disable=SC2016
hooks=('mv "$1/usr/bin/nc.openbsd" "$1/usr/bin/nc"')
