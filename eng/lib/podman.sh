# shellcheck shell=bash
# Podman's configuration for its user, the `podman` which the AppHost finds on its PATH, and what it can do here.

# Without the lock's descriptor: Podman's pause process would hold it for as long as it lives.
podman() { "$bin_dir/podman" "$@" 9>&-; }

cgroup_type() { stat -fc %T /sys/fs/cgroup; }

# crun refuses a machine whose control groups are hybrid; runc does not.
choose_runtime() {
  if [ "$(cgroup_type)" = cgroup2fs ]; then printf crun; else printf runc; fi
}

# An ordinary user whose session is managed by systemd on cgroup v2 needs nothing of ours.
needs_configuration() {
  [ -n "$podman_user" ] || [ "$(cgroup_type)" != cgroup2fs ] || [ ! -S "${XDG_RUNTIME_DIR:-/nowhere}/systemd/private" ]
}

containers_conf() {
  printf '# Made by eng/setup.\n[containers]\nlog_driver = "k8s-file"\n\n[network]\nnetwork_backend = "netavark"\n\n'
  printf '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "%s"\n' "$(choose_runtime)"
}

# replace FILE MODE OWNER: standard input becomes the file, whole or not at all.
replace() {
  local new=$1.new.$BASHPID
  cat >"$new"
  chmod "$2" "$new"
  [ -z "$3" ] || chown "$3:" "$new"
  mv -f "$new" "$1"
}

# It names the cure itself, which at any other time would stop whatever runs. Whether it helped is seen by what comes next:
# of containers without a monitor it says that they cannot be stopped.
mend_podman() {
  local complaint
  complaint=$(podman info 2>&1) || [[ $complaint != *'podman system migrate'* ]] || podman system migrate || :
}

configure_podman() {
  local config graphroot
  mkdir -p "$bin_dir"
  if [ -n "$podman_user" ]; then
    config=$podman_home/.config/containers
    install -d -m 700 -o "$podman_user" -g "$podman_user" "$podman_runtime_dir"
    if [ -e "$config/containers.conf" ] && ! grep -qs '^# Made by eng/setup' "$config/containers.conf" && ! containers_conf | tail -n +2 | cmp -s - "$config/containers.conf"; then
      die "$config/containers.conf is the user $podman_user's own and would be overwritten; set XOE_NOVAI_USER to a user that Podman has for itself, or leave it out."
    fi
    chmod 711 "$podman_home"
    # What is made in it belongs to Podman's group, whose user is to enter it: containers mount files from there.
    install -d -m 2711 -g "$podman_user" "$run_root"
    install -d -m 755 -o "$podman_user" -g "$podman_user" "$podman_home/.config" "$config"
    # A user who had images before keeps the driver they were made with.
    [ -e "$config/storage.conf" ] || printf '[storage]\ndriver = "overlay"\n' | replace "$config/storage.conf" 644 "$podman_user"
    containers_conf | replace "$config/containers.conf" 644 "$podman_user"
    wrapper_for_root | replace "$bin_dir/podman" 755 ''
  else
    install -d -m 700 "$podman_runtime_dir" "$run_root"
    mkdir -p "$home/config/containers"
    containers_conf | replace "$home/config/containers.conf" 644 ''
    printf '[storage]\ndriver = "overlay"\n' | replace "$home/config/containers/storage.conf" 644 ''
    wrapper_for_user "$(user_driver)" | replace "$bin_dir/podman" 755 ''
  fi
  podman_answers || mend_podman
  graphroot=$(podman info --format '{{.Store.GraphRoot}}')
  replace "$home/graphroot" 644 '' <<<"$graphroot"
}

# A clean environment, but for the mark by which a run's reaper finds its processes, and where Podman's temporary files go.
# /run is empty after a reboot.
wrapper_for_root() {
  local path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin uid gid
  uid=$(id -u "$podman_user")
  gid=$(id -g "$podman_user")
  cat <<EOF
#!/bin/sh
# Made by eng/setup: podman as the user $podman_user.
[ -d '$podman_runtime_dir' ] || install -d -m 700 -o $uid -g $gid '$podman_runtime_dir' || exit
cd /
exec setpriv --reuid=$uid --regid=$gid --clear-groups env -i \${ASPIRE_PODMAN_RUN:+"ASPIRE_PODMAN_RUN=\$ASPIRE_PODMAN_RUN"} \\
  \${ASPIRE_PODMAN_TMPDIR:+"TMPDIR=\$ASPIRE_PODMAN_TMPDIR"} \\
  HOME='$podman_home' USER='$podman_user' LOGNAME='$podman_user' XDG_RUNTIME_DIR='$podman_runtime_dir' \\
  PATH=$path LANG=C.UTF-8 TERM="\${TERM:-dumb}" '$(PATH=$path type -P podman)' "\$@"
EOF
}

real_podman() { PATH=${PATH//"$bin_dir:"/} type -P podman; }

# The storage driver in the user's own configuration; without one, Podman may choose vfs, which is forty times slower.
user_driver() {
  local storage=${XDG_DATA_HOME:-$HOME/.local/share}/containers/storage
  if [ -d "$storage/overlay-images" ] || [ "$(cgroup_type)" = cgroup2fs ]; then
    "$(real_podman)" info --format '{{.Store.GraphDriverName}}' 2>/dev/null || printf unknown
  else
    printf none
  fi
}

# The user's own files stay as they are: what has to differ is said by the environment of each call.
wrapper_for_user() {
  printf '#!/bin/sh\n# Made by eng/setup: podman with what this machine needs.\n'
  [ -n "${XDG_RUNTIME_DIR:-}" ] || printf "export XDG_RUNTIME_DIR='%s'\n" "$podman_runtime_dir"
  if needs_configuration; then printf "export CONTAINERS_CONF='%s'\n" "$home/config/containers.conf"; fi
  if [ "$1" != overlay ]; then
    printf "export XDG_CONFIG_HOME='%s' XDG_DATA_HOME='%s'\n" "$home/config" "$home/data"
  fi
  printf "exec '%s' \"\$@\"\n" "$(real_podman)"
}

# limit_holds OPTION EXPECTED FILE...: a limit counts as enforceable when a container with it runs and reads it back from
# its control group, whichever of the files that has.
limit_holds() {
  local found
  read -r found _ < <(podman run --rm --network=none --userns=auto:size="$userns_size" "$1" --workdir /sys/fs/cgroup \
    --entrypoint cat localhost/xoe-novai/probe:1 "${@:3}" 2>/dev/null)
  [ "$found" = "$2" ] && printf true || printf false
}

probe_limits() {
  printf '{"memory": %s, "cpus": %s, "pids": %s}' \
    "$(limit_holds --memory=64m 67108864 memory.max memory/memory.limit_in_bytes)" \
    "$(limit_holds --cpus=0.5 50000 cpu.max cpu/cpu.cfs_quota_us)" \
    "$(limit_holds --pids-limit=77 77 pids.max pids/pids.max)" | replace "$home/limits.json" 644 ''
}

# What differs from one Podman to another is asked for here and nowhere else. It sets podman_version, podman_rootless,
# podman_storage, podman_runtime, podman_backend, podman_outside (what leads from the networks to the host),
# podman_netavark, podman_aardvark, podman_cgroups; what a helper does not say is empty.
probe_podman() {
  local helper
  read -r podman_version podman_rootless podman_storage podman_runtime podman_backend podman_cgroups < <(podman info --format \
    '{{.Version.Version}} {{.Host.Security.Rootless}} {{.Store.GraphDriverName}} {{.Host.OCIRuntime.Name}} {{.Host.NetworkBackend}} {{.Host.CgroupsVersion}}, {{.Host.CgroupManager}}' 2>/dev/null) ||
    return 1
  # Podman 5 says which it uses; before, it was slirp4netns.
  podman_outside=$(podman info --format '{{.Host.RootlessNetworkCmd}}' 2>/dev/null) || podman_outside=slirp4netns
  for helper in /usr/libexec/podman /usr/lib/podman /usr/local/libexec/podman /usr/local/lib/podman; do
    [ ! -x "$helper/netavark" ] || podman_netavark=$("$helper/netavark" version 2>/dev/null | sed -n 's/.*"version": "\([^"]*\)".*/\1/p')
    [ ! -x "$helper/aardvark-dns" ] || podman_aardvark=$("$helper/aardvark-dns" --version 2>/dev/null | sed -n 's/.* \([0-9][0-9.]*\).*/\1/p')
  done
}

# Since 1.11 it keeps questions for foreign names to itself, on networks without a way out.
aardvark_keeps_names() {
  local major minor
  IFS=. read -r major minor _ <<<"${1:-0.0}"
  ((major > 1 || (major == 1 && minor >= 11)))
}
