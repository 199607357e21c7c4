# shellcheck shell=bash
# The user Podman runs as, and his ranges of subordinate ids.

has_line_for() {
  local line
  [ -r "$2" ] || return 1
  while IFS= read -r line || [ -n "$line" ]; do
    [ "${line%%:*}" != "$1" ] || return 0
  done <"$2"
  return 1
}

current_user() { if [ -n "$podman_user" ]; then printf '%s' "$podman_user"; else id -un; fi; }

user_exists() { has_line_for "$1" /etc/passwd || getent passwd "$1" >/dev/null; }

has_subids() {
  has_line_for "$1" /etc/subuid && has_line_for "$1" /etc/subgid && return 0
  # Ranges may come from a directory service, which only newuidmap's own tool knows.
  command -v getsubids >/dev/null && getsubids "$1" >/dev/null 2>&1 && getsubids -g "$1" >/dev/null 2>&1
}

plan_user() {
  local user first
  user=$(current_user)
  if [ -n "$podman_user" ] && ! user_exists "$podman_user"; then
    plan_change "create the user $podman_user, as which Podman runs (home $podman_home)" \
      "useradd --system --create-home --home-dir $podman_home --shell /usr/sbin/nologin $podman_user" create_user
  fi
  if ! has_subids "$user"; then
    first=$(next_free_subid)
    plan_change "give $user a range of $subid_count subordinate user and group ids" \
      "usermod --add-subuids $first-$((first + subid_count - 1)) --add-subgids $first-$((first + subid_count - 1)) $user" \
      add_subids
  fi
}

create_user() {
  record_change user "$podman_user"
  as_root useradd --system --user-group --create-home --home-dir "$podman_home" --shell /usr/sbin/nologin "$podman_user"
}

# The first id above every range that is given away.
next_free_subid() {
  cat /etc/subuid /etc/subgid 2>/dev/null |
    awk -F: 'BEGIN { next_id = 100000 } NF == 3 && $2 + $3 > next_id { next_id = $2 + $3 } END { print next_id }'
}

add_subids() {
  local user first range
  user=$(current_user)
  # useradd gives ordinary users their ranges by itself, system users none.
  if has_subids "$user"; then return; fi
  first=$(next_free_subid)
  range=$first-$((first + subid_count - 1))
  record_change subids "$user" "$range"
  as_root touch /etc/subuid /etc/subgid
  as_root usermod --add-subuids "$range" --add-subgids "$range" "$user"
}
