# shellcheck shell=bash
# Where everything lies. Sourced by every script of eng/, also by the quick check, so nothing here starts a process.

repository=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
containers_dir=$repository/containers

home=${XOE_NOVAI_HOME:-${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/xoe-novai}
case $home in
  /*) ;;
  *) home=$PWD/$home ;;
esac

environment_file=$home/environment.json
inputs_file=$home/inputs.sum
journal_file=$home/journal
lock_file=$home/lock
log_file=$home/log/setup.log
bin_dir=$home/bin
image_records=$home/images

# As root Podman runs as a user of its own, so that the stack is rootless all the same.
if ((EUID == 0)); then
  podman_user=${XOE_NOVAI_USER:-xoe-novai}
  podman_home=/var/lib/$podman_user
  # One that was there before has his home where he has it.
  while IFS=: read -r user_name _ _ _ _ user_home _; do
    [ "$user_name" != "$podman_user" ] || podman_home=$user_home
  done </etc/passwd
  podman_runtime_dir=/run/$podman_user
  run_root=$podman_home/runs
else
  podman_user=
  podman_home=${HOME:?HOME is not set}
  podman_runtime_dir=${XDG_RUNTIME_DIR:-$home/run}
  run_root=$home/runs
fi

# The images, in the order in which they are worth starting: the slowest first.
image_names=(postgres consul aspnet probe redis tunnel)

# What only some settings of the stack need: each is asked for by its name.
optional_image_names=(patroni pgbouncer)

# What only the tests need.
test_image_names=(nginx caddy "${optional_image_names[@]}")

# What a container's user namespace takes (--userns=auto:size=2048), and what a user without a range gets: one of our own
# making enough for eight stacks at once, anybody else what is usual.
userns_size=2048
if [ -n "$podman_user" ]; then subid_count=262144; else subid_count=65536; fi
