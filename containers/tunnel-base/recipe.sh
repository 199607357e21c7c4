# shellcheck shell=bash disable=SC2034
# What DCP builds its tunnel's image on. DCP asks for it by this name, whatever its specification says.
image=mcr.microsoft.com/azurelinux/base/core:3.0
official=$image
release=bookworm
packages=(libc6 busybox-static dash)
files=(lib/x86_64-linux-gnu/lib{c,dl,pthread,resolv,nss_files,nss_dns}.so.* bin/busybox bin/dash)
users=(proxy:1000:1000:/tmp)
