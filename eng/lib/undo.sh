# shellcheck shell=bash
# Reverts what the journal says was changed, newest first, and removes what was fetched. What was there before stays.

undo() {
  local -a entries=()
  local i
  [ ! -r "$journal_file" ] || mapfile -t entries <"$journal_file"
  if ((${#entries[@]} == 0)) && [ ! -e "$bin_dir" ]; then
    say 'Nothing to undo: set-up has changed nothing here.'
    rm -rf "$home"
    return
  fi
  # The certificate is the only entry that is this user's own.
  if [ -n "${entries[*]}" ] && [ "${entries[*]}" != certificate ]; then
    # Asked for by name, so it needs no question; but it needs root.
    can_be_root || die "set-up changed this system, and only root can revert that; type: sudo -v && XOE_NOVAI_HOME='$home' eng/setup --undo"
  fi
  # The images go before the user and the packages without which they can not be removed.
  [ ! -x "$bin_dir/podman" ] || step 'remove containers, networks, volumes and images' remove_images
  for ((i = ${#entries[@]} - 1; i >= 0; i--)); do undo_entry "${entries[i]}"; done
  step "remove $home" remove_home
  rm -rf "$home"
  say "Undone after $(seconds_since "$began")"
}

undo_entry() {
  local kind rest
  read -r kind rest <<<"$1"
  case $kind in
    packages) undo_packages "$rest" ;;
    user) step "remove the user $rest" undo_user "$rest" ;;
    subids)
      # shellcheck disable=SC2086 # user and range
      step "take back the subordinate ids ${rest/ /: }" undo_subids $rest
      ;;
    folder) [ ! -d "$rest" ] || step "remove the folder $rest" as_root rmdir --ignore-fail-on-non-empty "$rest" ;;
    certificate) step 'remove the development certificate' undo_certificate ;;
    tun) step "set the mode of /dev/net/tun back to $rest" undo_tun "$rest" ;;
    *) say "  not understood in $journal_file, left as it is: $1" ;;
  esac
}

# Containers that use an image of ours, and networks and volumes with our label, whoever started them.
remove_images() {
  local -a found
  podman_answers || mend_podman
  mapfile -t found < <(podman ps --all --quiet --filter label=io.xoe-novai.run)
  ((${#found[@]} == 0)) || podman rm --force --time 2 --volumes "${found[@]}"
  mapfile -t found < <(podman network ls --quiet --filter label=io.xoe-novai.run)
  ((${#found[@]} == 0)) || podman network rm --force "${found[@]}"
  mapfile -t found < <(podman volume ls --quiet --filter label=io.xoe-novai.run)
  ((${#found[@]} == 0)) || podman volume rm --force "${found[@]}"
  mapfile -t found < <(podman images --quiet --no-trunc --filter label=io.xoe-novai.content | sort -u)
  ((${#found[@]} == 0)) || podman rmi --force "${found[@]}" ||
    echo 'Some images are in use by containers of others and stay.'
}

# Packages that something else has come to need stay.
undo_packages() {
  local name removed extra=
  local -a installed=()
  for name in $1; do
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null)" != 'ii ' ] || installed+=("$name")
  done
  ((${#installed[@]} > 0)) || return 0
  while removed=$(apt-get -s purge "${installed[@]}" | awk '$1 == "Purg" { print $2 }') && [ -n "$removed" ]; do
    extra=$(comm -13 <(printf '%s\n' "${installed[@]}" | sort) <(sort <<<"$removed") | head -n 1)
    [ -n "$extra" ] || break
    say "  $extra needs some of these packages, which therefore stay: ${installed[*]}"
    return 0
  done
  step "remove packages: ${installed[*]}" remove_packages "${installed[@]}"
}

remove_packages() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=600 purge "$@"; }

# Everything that runs as the user belongs to Podman: nobody else can log in as him.
undo_user() {
  local process uid
  if user_exists "$1"; then
    uid=$(id -u "$1")
    for process in /proc/[0-9]*; do
      [ "$(stat -c %u "$process" 2>/dev/null)" != "$uid" ] || kill -KILL "${process#/proc/}" 2>/dev/null || true
    done
    userdel "$1"
  fi
  rm -rf "/run/${1:?}" "/var/lib/${1:?}"
}

# usermod refuses while the user runs anything, which a person who types this does.
undo_subids() {
  local first=${2%-*} last=${2#*-}
  as_root sed -i "/^$1:$first:$((last - first + 1))\$/d" /etc/subuid /etc/subgid
}

undo_tun() {
  [ ! -e /dev/net/tun ] || [ "$1" = missing ] || as_root chmod "$1" /dev/net/tun
}

# Not root: layers belong to subordinate ids, which only the user's own namespace may remove.
remove_home() {
  if [ -d "$home/data" ] && [ -x "$bin_dir/podman" ]; then
    # The storage is mounted in the namespace that Podman's pause process keeps; this ends that process.
    podman system migrate
    # shellcheck disable=SC2016 # the inner shell's argument
    podman unshare sh -c 'umount "$1/containers/storage/overlay" 2>/dev/null; rm -rf "$1"' sh "$home/data"
  fi
  find "$home" -mindepth 1 -maxdepth 1 ! -name lock ! -name log -exec rm -rf {} +
}
