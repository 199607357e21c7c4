#!/bin/sh
# Waits until the AppHost is gone, then removes what is left of its run.
#   reaper.sh RUNTIME RUN_ID RUN_FOLDER
# The AppHost holds the other end of standard input: its end, however it came, is the end of the file. A line
# with the word "clean" before that says that no container, network or volume is left.
runtime=$1 run=$2 folder=$3
trap '' HUP INT TERM PIPE
exec >/dev/null 2>&1
clean=
while read -r word; do clean=$word; done

label=io.xoe-novai.run=$run

# DCP, its watchers and the processes it started all know the run's folder from their environment.
members() {
  grep -lF "$folder" /proc/[0-9]*/environ | cut -d/ -f3
}

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

left=$(members)
[ -z "$left" ] || kill -9 $left

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
rm -rf "$folder"
