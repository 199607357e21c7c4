#!/bin/sh
# Waits until the AppHost is gone, then removes what is left of its run.
#   reaper.sh PODMAN RUN_ID RUN_FOLDER NAMES_FOLDER
# The AppHost holds the other end of standard input: its end, however it came, is the end of the file. A line
# with the word "clean" before that says that no container, network or volume is left. The end of standard output
# tells the AppHost that all is done; nothing is written there.
podman=$1 run=$2 folder=$3 names=$4
trap '' HUP INT TERM PIPE
exec 3>&1 >/dev/null 2>&1
clean=
while read -r word; do clean=$word; done

label=io.xoe-novai.run=$run

# The podman that the AppHost listened to knows the run from its environment.
members() { grep -lszx "ASPIRE_PODMAN_RUN=$run" /proc/[0-9]*/environ | cut -d/ -f3; }
left=$(members)
[ -z "$left" ] || kill -9 $left

remove_containers() {
  containers=$("$podman" ps -a --format '{{.ID}} {{.Names}} {{index .Labels "io.xoe-novai.run"}}' | grep -F "$run" | cut -d' ' -f1)
  [ -z "$containers" ] || "$podman" rm -f -v -t 1 $containers
}

# The podman that is just making something of the run.
making() {
  for process in $(pgrep -f -- "$run"); do
    [ "$(cat "/proc/$process/comm")" != podman ] || echo "$process"
  done
}

if [ "$clean" != clean ]; then
  # It outlives the AppHost, and is waited for: ended now, it would leave what no podman knows of.
  patience=50
  while [ -n "$(making)" ] && [ "$patience" -gt 0 ]; do
    sleep 0.1
    patience=$((patience - 1))
  done
  left=$(making)
  [ -z "$left" ] || kill -9 $left
  remove_containers
  # What was just being made, or could not be removed while another was.
  remove_containers
  networks=$("$podman" network ls -q --filter "label=$label")
  if [ -n "$networks" ]; then
    "$podman" network rm -f $networks || "$podman" network rm -f $networks
  fi
  volumes=$("$podman" volume ls -q --filter "label=$label")
  [ -z "$volumes" ] || "$podman" volume rm -f $volumes
fi

# A podman that was ended while it started a container leaves its monitor, which no command of podman's removes. What
# waits behind it may belong to another id of the user: it is ended from within his user namespace.
for monitor in $(pgrep -f "conmon .* -n [^ ]*-$run "); do
  "$podman" unshare kill -9 $(pgrep -P "$monitor") "$monitor"
done

# What Podman sometimes forgets: the names of a network that is gone would be answered in the next one with its subnet.
if ls "$names"/*-"$run"; then
  rm -f "$names"/*-"$run"
  server=$(cat "$names/aardvark.pid")
  [ "$(cat "/proc/$server/comm")" != aardvark-dns ] || kill -HUP "$server"
fi
rm -rf "$folder"
