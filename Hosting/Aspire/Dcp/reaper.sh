#!/bin/sh
# Waits until the AppHost is gone, then removes what is left of its run.
#   reaper.sh RUNTIME RUN_ID RUN_FOLDER
# The AppHost holds the other end of standard input: its end, however it came, is the end of the file.
runtime=$1 run=$2 folder=$3
trap '' HUP INT TERM PIPE
exec >/dev/null 2>&1
cat

label=io.xoe-novai.run=$run
dcp=$(cat "$folder/dcp.pid")
session_members() { [ -n "$dcp" ] && ps -o pid= -s "$dcp"; }

# DCP notices the AppHost's end as well, within a second, and cleans up; containers go at once all the same,
# for its grace of ten seconds is longer than ours.
containers=$("$runtime" ps -aq --filter "label=$label")
[ -z "$containers" ] || "$runtime" rm -f -t 1 $containers

waited=0
while [ -n "$(session_members)" ] && [ "$waited" -lt 40 ]; do
  sleep 0.1
  waited=$((waited + 1))
done
members=$(session_members)
[ -z "$members" ] || kill -9 $members

networks=$("$runtime" network ls -q --filter "label=$label")
if [ -n "$networks" ]; then
  "$runtime" network rm -f -t 1 $networks || "$runtime" network rm -f -t 1 $networks
fi
volumes=$("$runtime" volume ls -q --filter "label=$label")
[ -z "$volumes" ] || "$runtime" volume rm -f $volumes
rm -rf "$folder"
