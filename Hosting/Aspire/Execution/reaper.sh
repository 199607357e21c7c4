#!/bin/sh
# Waits until the AppHost is gone, then removes what is left of its run.
#   reaper.sh RUNTIME RUN_ID RUN_FOLDER NAMES_FOLDER [FILE...]
# The AppHost holds the other end of standard input: its end, however it came, is the end of the file. A line
# with the word "clean" before that says that no container, network or volume is left.
runtime=$1 run=$2 folder=$3 names=$4
shift 4
trap '' HUP INT TERM PIPE
exec >/dev/null 2>&1
clean=
while read -r word; do clean=$word; done

label=io.xoe-novai.run=$run

# DCP, its watchers, the podman it listens to and the processes it started know the run's folder from their environment.
members() { grep -lsF "$folder" /proc/[0-9]*/environ | cut -d/ -f3; }

# DCP's controllers have a socket outside of that folder.
socket=$(ps -eo args= | grep -F " run-controllers --kubeconfig $folder/" | sed -n 's/.* --notification-socket \([^ ]*\).*/\1/p')

rm -f "$@"

# DCP would clean up as well, with a grace that is longer than ours, and hold up whoever removes what it stops.
left=$(members)
[ -z "$left" ] || kill -9 $left
[ -z "$socket" ] || rm -f "$socket"

remove_containers() {
  containers=$("$runtime" ps -a --format '{{.ID}} {{.Names}} {{index .Labels "io.xoe-novai.run"}}' | grep -F "$run" | cut -d' ' -f1)
  [ -z "$containers" ] || "$runtime" rm -f -v -t 1 $containers
}

if [ "$clean" != clean ]; then
  remove_containers
  # What was just being made, or could not be removed while another was.
  remove_containers
  networks=$("$runtime" network ls -q --filter "label=$label")
  if [ -n "$networks" ]; then
    "$runtime" network rm -f $networks || "$runtime" network rm -f $networks
  fi
  volumes=$("$runtime" volume ls -q --filter "label=$label")
  [ -z "$volumes" ] || "$runtime" volume rm -f $volumes
fi

# A podman that was ended while it started a container leaves its monitor, which no command of podman's removes. What
# waits behind it may belong to another id of the user: it is ended from within his user namespace.
for monitor in $(pgrep -f "conmon .* -n [^ ]*-$run "); do
  "$runtime" unshare kill -9 $(pgrep -P "$monitor") "$monitor"
done

# What Podman sometimes forgets: the names of a network that is gone would be answered in the next one with its subnet.
if ls "$names"/*-"$run"; then
  rm -f "$names"/*-"$run"
  server=$(cat "$names/aardvark.pid")
  [ "$(cat "/proc/$server/comm")" != aardvark-dns ] || kill -HUP "$server"
fi
rm -rf "$folder"
