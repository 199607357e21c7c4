# shellcheck shell=bash
# Podman, the programs it calls, and what makes images without a registry.

browsers=(/usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome)

# Python's Prometheus client, whose parser the tests give the gateway's metrics to.
prometheus_parsers=(/usr/lib/python3/dist-packages/prometheus_client/parser.py /usr/lib/python3.*/site-packages/prometheus_client/parser.py)

# Where distributions put what is not on PATH. /usr/libexec/podman is a folder.
first_of() {
  local candidate
  for candidate; do
    if [ -f "$candidate" ] && [ -x "$candidate" ]; then return 0; fi
  done
  return 1
}

has_prometheus_parser() {
  local candidate
  for candidate in "${prometheus_parsers[@]}"; do
    if [ -f "$candidate" ]; then return 0; fi
  done
  return 1
}

has_helper() {
  first_of "/usr/libexec/podman/$1" "/usr/lib/podman/$1" "/usr/local/libexec/podman/$1" "/usr/local/lib/podman/$1" \
    "/usr/libexec/$1" "/usr/bin/$1" "/usr/local/bin/$1" "/usr/sbin/$1" "/sbin/$1"
}

# Fills missing_packages, without starting a process.
find_missing_packages() {
  missing_packages=()
  has_helper podman || missing_packages+=(podman)
  if [ "$(</proc/sys/kernel/ostype)" != Linux ]; then return; fi
  has_helper crun || missing_packages+=(crun)
  # runc is needed only where crun refuses the machine's control groups.
  has_helper runc || [ -f /sys/fs/cgroup/cgroup.controllers ] || missing_packages+=(runc)
  has_helper netavark || missing_packages+=(netavark)
  has_helper aardvark-dns || missing_packages+=(aardvark-dns)
  has_helper slirp4netns || has_helper pasta || missing_packages+=(slirp4netns)
  has_helper newuidmap || missing_packages+=(uidmap)
  has_helper catatonit || missing_packages+=(catatonit)
  has_helper nft || missing_packages+=(nftables)
  has_helper iptables || missing_packages+=(iptables)
  has_helper ip || missing_packages+=(iproute2)
  # Where there is no apt, images come from a registry only.
  has_helper mmdebstrap || ! has_helper apt-get || missing_packages+=(mmdebstrap)
  [ -z "${for_tests:-}" ] || first_of "${browsers[@]}" || missing_packages+=(chromium)
  [ -z "${for_tests:-}" ] || has_prometheus_parser || missing_packages+=(python3-prometheus-client)
}

plan_packages() {
  find_missing_packages
  ((${#missing_packages[@]} > 0)) || return 0
  command -v apt-get >/dev/null ||
    die "missing: ${missing_packages[*]}; install them with this system's package manager (there is no apt here), then run eng/setup again."
  plan_change "install packages: ${missing_packages[*]}" \
    "apt-get install -y --no-install-recommends ${missing_packages[*]}" install_packages
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=600 "$@"; }

# What apt would newly install, dependencies included: that is what an undo has to remove.
packages_to_come() {
  apt-get -s --no-install-recommends install "${missing_packages[@]}" | awk '$1 == "Inst" && $3 !~ /^\[/ { print $2 }'
}

install_packages() {
  local new
  # An interrupted run may have left dpkg half-way.
  as_root dpkg --configure -a
  if ! new=$(packages_to_come); then
    apt update
    new=$(packages_to_come)
  fi
  # shellcheck disable=SC2086 # one word for each package
  record_change packages $new
  if ! apt --no-install-recommends install "${missing_packages[@]}"; then
    apt update
    apt --no-install-recommends install "${missing_packages[@]}"
  fi
}
