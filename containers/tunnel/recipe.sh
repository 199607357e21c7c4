# shellcheck shell=bash disable=SC2034
# What leads from a network of containers to services of the host: connections go on through mounted sockets.
tag=1
official=docker.io/alpine/socat:1.8.0.0
release=bookworm
packages=(socat)
files=(usr/bin/socat)
users=(tunnel:200:200:/tmp)
