# shellcheck shell=bash disable=SC2034
# A web server that is none of ours: what the benchmark's gateways stand in front of, and what stands in a stub's place in the tests.
tag=1
official=docker.io/library/nginx:1.22.1
release=bookworm
packages=(nginx)
files=(usr/sbin/nginx)
users=(nginx:1000:1000:/tmp)
