# shellcheck shell=bash disable=SC2034
# The base of our own services. The framework is the one of the SDK that builds them.
tag=10
official=mcr.microsoft.com/dotnet/aspnet:10.0
release=bookworm
packages=(libc6 libgcc-s1 libstdc++6 libssl3 zlib1g libgssapi-krb5-2 tzdata ca-certificates)
files=('usr/share/zoneinfo/*' 'usr/share/ca-certificates/*')
without=(usr/share/zoneinfo/{right,posix})
users=(app:1654:1654:/app)

dotnet=$(command -v dotnet) || {
  echo 'dotnet is not on PATH; install the .NET SDK that global.json names.' >&2
  return 1
}
dotnet=$(dirname "$(readlink -f "$dotnet")")
# The newest of the wanted major version.
newest() { printf '%s\n' "$dotnet/$1/$tag."* | sort -V | tail -n 1; }
core=$(newest shared/Microsoft.NETCore.App)
web=$(newest shared/Microsoft.AspNetCore.App)
recipe_inputs() { printf '%s\n' "$core" "$web"; }

# shellcheck disable=SC2016
hooks=('cd "$1/usr/share" && mkdir -p dotnet/host/fxr dotnet/shared/Microsoft.NETCore.App dotnet/shared/Microsoft.AspNetCore.App'
  "copy-in $dotnet/dotnet /usr/share/dotnet"
  "copy-in $(newest host/fxr) /usr/share/dotnet/host/fxr"
  "copy-in $core /usr/share/dotnet/shared/Microsoft.NETCore.App"
  "copy-in $web /usr/share/dotnet/shared/Microsoft.AspNetCore.App"
  'chown -R 0:0 "$1/usr/share/dotnet" && ln -s ../share/dotnet/dotnet "$1/usr/bin/dotnet" && mkdir -p "$1/etc/ssl/certs" &&
    find "$1/usr/share/ca-certificates" -name "*.crt" -exec cat {} + >"$1/etc/ssl/certs/ca-certificates.crt"')
