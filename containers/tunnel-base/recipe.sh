# shellcheck shell=bash disable=SC2034
# What DCP builds its tunnel's image on. DCP asks for it by this name, whatever its specification says.
image=mcr.microsoft.com/azurelinux/base/core:3.0
official=$image
release=bookworm
packages=(libc6 libssl3 busybox-static dash)
# The tunnel's program loads OpenSSL by itself, which no list of linked libraries shows.
files=(lib/x86_64-linux-gnu/lib{c,dl,pthread,resolv,nss_files,nss_dns}.so.* usr/lib/x86_64-linux-gnu/lib{ssl,crypto}.so.3
  bin/busybox bin/dash)
users=(proxy:1000:1000:/tmp)

arrange() { ln -s libcrypto.so.3 "$1/usr/lib/x86_64-linux-gnu/libcrypto.so"; }
