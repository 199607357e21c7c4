#!/bin/sh
# Waits until the AppHost is gone, then removes what is left of its run.
#   reaper.sh RUNTIME RUN_ID RUN_FOLDER NAMES_FOLDER
# The AppHost holds the other end of standard input: its end, however it came, is the end of the file. A line
# with the word "clean" before that says that no container, network or volume is left.
runtime=$1 run=$2 folder=$3 names=$4
trap '' HUP INT TERM PIPE
exec >/dev/null 2>&1
clean=
while read -r word; do clean=$word; done

label=io.xoe-novai.run=$run

# DCP, its watchers and the processes it started all know the run's folder from their environment.
members() {
  for environment in /proc/[0-9]*/environ; do
    if grep -qF "$folder" "$environment"; then
      pid=${environment#/proc/}
      echo "${pid%/environ}"
    fi
  done
}

# DCP's controllers have a socket outside of that folder, and call podman, which as another user knows nothing of it
# but stays in their session.
born=" $(members | tr '\n' ' ') "
socket=$(ps -eo args= | grep -F " run-controllers --kubeconfig $folder/" | sed -n 's/.* --notification-socket \([^ ]*\).*/\1/p')
podmans() { ps -eo pid=,sess=,args= | awk -v sessions="$born" 'index(sessions, " " $2 " ") && $3 ~ /podman$/ { print $1 }'; }

if [ "$clean" != clean ]; then
  # DCP notices the AppHost's end as well, within a second, and stops the processes it started. Containers go at
  # once all the same, for its grace of ten seconds is longer than ours.
  containers=$("$runtime" ps -a --format '{{.ID}} {{.Names}} {{index .Labels "io.xoe-novai.run"}}' | grep -F "$run" | cut -d' ' -f1)
  [ -z "$containers" ] || "$runtime" rm -f -v -t 1 $containers
  waited=0
  while [ -n "$(members)" ] && [ "$waited" -lt 8 ]; do
    sleep 0.25
    waited=$((waited + 1))
  done
fi

left=$(members; podmans)
[ -z "$left" ] || kill -9 $left
[ -z "$socket" ] || rm -f "$socket"

if [ "$clean" != clean ]; then
  containers=$("$runtime" ps -a --format '{{.ID}} {{.Names}} {{index .Labels "io.xoe-novai.run"}}' | grep -F "$run" | cut -d' ' -f1)
  [ -z "$containers" ] || "$runtime" rm -f -v -t 1 $containers
  networks=$("$runtime" network ls -q --filter "label=$label")
  if [ -n "$networks" ]; then
    "$runtime" network rm -f $networks || "$runtime" network rm -f $networks
  fi
  volumes=$("$runtime" volume ls -q --filter "label=$label")
  [ -z "$volumes" ] || "$runtime" volume rm -f $volumes
fi

# What Podman sometimes forgets: the names of a network that is gone would be answered in the next one with its subnet.
if ls "$names"/*-"$run"; then
  rm -f "$names"/*-"$run"
  server=$(cat "$names/aardvark.pid")
  [ "$(cat "/proc/$server/comm")" != aardvark-dns ] || kill -HUP "$server"
fi
rm -rf "$folder"
