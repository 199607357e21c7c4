# shellcheck shell=bash disable=SC2034
# The base of our own services. The framework is the one of the SDK that builds them.
tag=10
official=mcr.microsoft.com/dotnet/aspnet:10.0
release=bookworm
packages=(libc6 libgcc-s1 libstdc++6 libssl3 zlib1g libgssapi-krb5-2 tzdata ca-certificates busybox-static dash)
lib=usr/lib/x86_64-linux-gnu
files=("$lib"/lib{ssl,crypto}.so.3 "$lib/libstdc++.so.6" lib/x86_64-linux-gnu/lib{gcc_s,dl,pthread,rt,m}.so.*
  lib/x86_64-linux-gnu/libz.so.1 "$lib/libgssapi_krb5.so.2" usr/share/zoneinfo usr/share/ca-certificates bin/busybox bin/dash)
users=(app:1654:1654:/app)

before_take() { rm -rf "$1"/usr/share/zoneinfo/{right,posix}; }

dotnet_dir() {
  local dotnet
  dotnet=$(command -v dotnet) || {
    echo 'dotnet is not on PATH; install the .NET SDK that global.json names.' >&2
    return 1
  }
  dirname "$(readlink -f "$dotnet")"
}

# The newest framework of the wanted major version.
framework() { printf '%s\n' "$(dotnet_dir)/shared/$1/$tag."* | sort -V | tail -n 1; }

recipe_inputs() { printf '%s\n' "$(framework Microsoft.NETCore.App)" "$(framework Microsoft.AspNetCore.App)"; }

arrange() {
  local image=$1 from name version
  from=$(dotnet_dir)
  mkdir -p "$image/usr/share/dotnet/host/fxr" "$image/etc/ssl/certs"
  cp "$from/dotnet" "$image/usr/share/dotnet/"
  ln -s ../share/dotnet/dotnet "$image/usr/bin/dotnet"
  for name in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    version=$(framework "$name")
    mkdir -p "$image/usr/share/dotnet/shared/$name"
    cp -a "$version" "$image/usr/share/dotnet/shared/$name/"
  done
  cp -a "$(printf '%s\n' "$from/host/fxr/$tag."* | sort -V | tail -n 1)" "$image/usr/share/dotnet/host/fxr/"
  find "$image/usr/share/ca-certificates" -name '*.crt' -exec cat {} + >"$image/etc/ssl/certs/ca-certificates.crt"
}
