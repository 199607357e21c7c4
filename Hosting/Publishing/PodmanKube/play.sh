#!/bin/sh
# Plays the pods of this folder, each on its networks and after those it waits for, or takes them down again: play.sh [up|down].
# Volumes and secrets stay when they are taken down. 'networks' makes the networks only, for who puts rules on them before.
set -eu
cd "$(dirname "$0")"

networks() {
  while read -r network options; do
    # shellcheck disable=SC2086 # The options are words of their own.
    podman network exists "$network" || podman network create $options "$network" </dev/null
  done <networks.txt
}

case ${1:-up} in
  networks)
    networks
    ;;
  up)
    networks
    while read -r file options; do
      # shellcheck disable=SC2086
      podman kube play $options - <"$file"
    done <pods.txt
    ;;
  down)
    failed=0
    while read -r file _; do
      podman kube down - <"$file" || failed=1
    done <pods.txt
    while read -r network _; do
      podman network rm "$network" </dev/null || failed=1
    done <networks.txt
    exit "$failed"
    ;;
  *)
    echo "play.sh: '$1' is neither 'up', 'down' nor 'networks'." >&2
    exit 2
    ;;
esac
