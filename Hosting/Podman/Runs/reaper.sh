#!/bin/sh
# Waits until the AppHost is gone, then removes what is left of its run.
#   reaper.sh PODMAN RUN_ID RUN_FOLDER NAMES_FOLDER
# The AppHost holds the other end of standard input: its end, however it came, is the end of the file. A line
# with the word "clean" before that says that no container, network or volume is left. A word on standard output tells
# the AppHost that it is on its post, the end of it that all is done.
podman=$1 run=$2 folder=$3 names=$4
trap '' HUP INT TERM PIPE
echo ready
exec 3>&1 >/dev/null 2>&1
clean=
while read -r word; do clean=$word; done

label=io.xoe-novai.run=$run
began=$(date +%s)

# The podman that the AppHost listened to knows the run from its environment.
members() { grep -lszx "ASPIRE_PODMAN_RUN=$run" /proc/[0-9]*/environ | cut -d/ -f3; }
left=$(members)
[ -z "$left" ] || kill -9 $left

# Podman keeps a process of its user's: it must not hold the AppHost's pipe.
podman() { "$podman" "$@" 3>&-; }

# Podman fails when another run removes what it is about to list.
containers() { all=$(podman ps -a --format '{{.ID}} {{.Names}} {{index .Labels "io.xoe-novai.run"}}') && echo "$all" | grep -F "$run" | cut -d' ' -f1; }

networks() { podman network ls -q --filter "label=$label"; }

# Whoever is just about to make something of the run, also on his way through the wrapper of root's.
making() {
  for process in $(pgrep -f -- "$run"); do
    case $(cat "/proc/$process/comm") in
      podman | setsid | setpriv | env) echo "$process" ;;
    esac
  done
}

# DCP, which keeps its files in the run's folder, with all that it started.
dcp() { descendants $(pgrep -f -- "--kubeconfig $folder/"); }
descendants() { for process in "$@"; do echo "$process"; descendants $(pgrep -P "$process"); done; }

if [ "$clean" != clean ]; then
  # Podman refuses every command when its processes were all killed while containers ran. It names the cure itself, which
  # at any other time would stop whatever runs.
  if podman ps 2>&1 | grep -q 'podman system migrate'; then podman system migrate; fi

  # He outlives the AppHost, and is waited for: ended now, he would leave what no podman knows of.
  patience=50
  while [ -n "$(making)" ] && [ "$patience" -gt 0 ]; do
    sleep 0.1
    patience=$((patience - 1))
  done
  left=$(making)
  [ -z "$left" ] || kill -9 $left

  # What another podman holds meanwhile can be removed a moment later.
  for attempt in 1 2 3 4 5; do
    left=$(containers)
    [ -z "$left" ] || podman rm -f -v -t 1 $left
    left=$(networks)
    [ -z "$left" ] || podman network rm -f $left
    left=$(containers) && [ -z "$left" ] && left=$(networks) && [ -z "$left" ] && break
    sleep "0.$attempt"
  done
  for attempt in 1 2 3 4 5; do
    volumes=$(podman volume ls -q --filter "label=$label") && break
    sleep "0.$attempt"
  done
  [ -z "$volumes" ] || podman volume rm -f $volumes
fi

# A podman that was ended while it started a container leaves its monitor, which no command of podman's removes. What
# waits behind it may belong to another id of the user: it is ended from within his user namespace.
for monitor in $(pgrep -f "conmon .* -n [^ ]*-$run "); do
  podman unshare kill -9 $(pgrep -P "$monitor") "$monitor"
done

# What Podman sometimes forgets: the names of a network that is gone would be answered in the next one with its subnet.
if ls "$names"/*-"$run"; then
  rm -f "$names"/*-"$run"
  server=$(cat "$names/aardvark.pid")
  [ "$(cat "/proc/$server/comm")" != aardvark-dns ] || kill -HUP "$server"
fi

# DCP ends by itself when the AppHost has, and first what it started: it is given time for that, but not more than anybody
# waits for. What it starts meanwhile is looked for once more.
if [ "$clean" != clean ]; then
  while [ -n "$(dcp)" ] && [ $(($(date +%s) - began)) -lt 5 ]; do sleep 0.1; done
  for attempt in 1 2 3 4 5; do
    left=$(dcp)
    [ -n "$left" ] || break
    kill -9 $left
    sleep "0.$attempt"
  done
fi
rm -rf "$folder"
