# shellcheck shell=bash
# DCP, which starts everything, and the dashboard. Both come with the aspire CLI, which is kept beside them.

# An aspire of another version brings another DCP: then npm's is taken.
installed_aspire() {
  local found
  found=$(command -v aspire) || return 1
  [[ $(aspire_cli "$found" --version 2>/dev/null) == "$aspire_version"* ]] && printf '%s' "$found"
}

# The CLI keeps its files, and sends its telemetry, below HOME: it gets one of its own, and is told not to.
aspire_cli() {
  local cli=$1
  shift
  env HOME="$home/aspire/work/home" ASPIRE_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 "$cli" "$@"
}

require_bundle_source() {
  bundle_is_complete && return
  [ "$(uname -m)" = x86_64 ] ||
    die "DCP $dcp_version is pinned for x86_64 only, this machine is $(uname -m); install the aspire CLI $aspire_version by hand."
  mkdir -p "$home/aspire/work/home"
  installed_aspire >/dev/null || command -v npm >/dev/null ||
    die "npm is missing, which fetches DCP and the dashboard; install Node.js (apt-get install npm) or the aspire CLI $aspire_version, then run eng/setup again."
}

fetch_bundle() {
  local work=$home/aspire/work cli unpacked=
  rm -rf "$work"
  mkdir -p "$work/home" "$work/npm"
  if ! cli=$(installed_aspire); then
    cp "$repository"/eng/aspire/{package.json,package-lock.json,.npmrc} "$work/npm/"
    # npm reads the caller's configuration too: that is where a mirror is named.
    (cd "$work/npm" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cli=$work/npm/node_modules/@microsoft/aspire-cli-linux-x64/bin/aspire
  fi
  chmod +x "$cli"
  aspire_cli "$cli" setup
  for unpacked in "$work"/home/.aspire/versions/"$aspire_version"*/ "$work"/npm/node_modules/@microsoft/*/versions/"$aspire_version"*/; do
    [ -x "$unpacked/dcp/dcp" ] && break
  done
  [ -x "$unpacked/dcp/dcp" ] || {
    echo "aspire setup ended without unpacking dcp/dcp below $work"
    return 1
  }
  [[ $("$unpacked/dcp/dcp" version) == *"\"version\":\"$dcp_version\""* ]] || {
    echo "DCP of another version than $dcp_version was unpacked: $("$unpacked/dcp/dcp" version)"
    return 1
  }
  mkdir -p "$work/ready/bin"
  cp -al "$unpacked/dcp" "$unpacked/managed" "$work/ready/"
  ln "$cli" "$work/ready/bin/aspire" 2>/dev/null || cp -L "$cli" "$work/ready/bin/aspire"
  rm -rf "$aspire_dir"
  mv "$work/ready" "$aspire_dir"
  rm -rf "$work"
}
