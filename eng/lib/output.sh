# shellcheck shell=bash
# What set-up tells its caller: one line for each step, with seconds, and a sign of life after two of them.

say() { printf '%s\n' "$*" >&2; }

# A failure is one sentence, with the cure in it.
die() {
  say "setup: $*"
  exit 1
}

# Tenths of seconds since $1 (microseconds).
seconds_since() {
  local us=$((${EPOCHREALTIME/[.,]/} - $1))
  printf '%d.%d s' $((us / 1000000)) $((us / 100000 % 10))
}

declare -A job_of_pid=() started_at=()

stop_jobs() {
  local pid
  for pid in "${!job_of_pid[@]}"; do
    kill -TERM -- "-$pid" 2>/dev/null || true
  done
}

# Three seconds for what was told to stop.
await_stopped_jobs() {
  local pid tenths=0
  for pid in "${!job_of_pid[@]}"; do
    while kill -0 -- "-$pid" 2>/dev/null && ((tenths++ < 30)); do sleep 0.1; done
    kill -KILL -- "-$pid" 2>/dev/null || true
  done
}

# A job runs in a process group of its own, so that Ctrl+C can end it with all it started.
start_job() {
  local title=$1 log
  shift
  log=$(job_log "$title")
  set -m
  (
    set +m
    trap - INT TERM EXIT
    set -euo pipefail
    "$@"
  ) </dev/null >"$log" 2>&1 &
  set +m
  job_of_pid[$!]=$title
  started_at[$!]=${EPOCHREALTIME/[.,]/}
}

# A title may be a long list; a file's name has 255 bytes at most.
job_log() {
  local name=${1//[^A-Za-z0-9.]/-}
  printf '%s/log/%s.log' "$home" "${name:0:100}"
}

finish_job() {
  local pid=$1 status=0 title=${job_of_pid[$1]} seconds log
  seconds=$(seconds_since "${started_at[$1]}")
  wait "$pid" || status=$?
  unset "job_of_pid[$pid]" "started_at[$pid]"
  clear_live_line
  log=$(job_log "$title")
  {
    printf '== %(%F %T)T %s: exit %d after %s\n' -1 "$title" "$status" "$seconds"
    cat "$log"
  } >>"$log_file"
  if ((status == 0)); then
    say "  $title  $seconds"
    rm -f "$log"
    return 0
  fi
  say "  $title  failed after $seconds (exit $status)"
  tail -n 15 "$log" | sed 's/^/    /' >&2
  rm -f "$log"
  stop_jobs
  wait
  die "'$title' failed: the reason is above, all of it in $log_file; run eng/setup again once it is cured."
}

live_line=
last_sign=0

clear_live_line() {
  [ -z "$live_line" ] || printf '\r\033[K' >&2
  live_line=
}

# At a terminal a line that is rewritten; elsewhere a line every ten seconds.
show_running() {
  local pid now=${EPOCHREALTIME/[.,]/} age oldest=0 names=
  for pid in "${!job_of_pid[@]}"; do
    age=$(((now - started_at[$pid]) / 1000000))
    ((age <= oldest)) || oldest=$age
    names+="${names:+, }${job_of_pid[$pid]}"
  done
  ((oldest >= 2)) || return 0
  if [ -t 2 ]; then
    [ "$live_line" != "  $names ... $oldest s" ] || return 0
    live_line="  $names ... $oldest s"
    printf '\r\033[K%s' "${live_line:0:${COLUMNS:-100}}" >&2
  elif ((now - last_sign >= 10000000)); then
    say "  $names ... $oldest s"
    last_sign=$now
  fi
}

wait_for_a_job() {
  local pid
  while :; do
    for pid in "${!job_of_pid[@]}"; do
      if ! kill -0 "$pid" 2>/dev/null; then
        finish_job "$pid"
        return
      fi
    done
    show_running
    sleep 0.1
  done
}

# step TITLE COMMAND...: one after the other.
step() {
  last_sign=$((${EPOCHREALTIME/[.,]/} - 8000000))
  start_job "$@"
  wait_for_a_job
}

# in_parallel MOST COMMAND TITLE_PREFIX NAME...: COMMAND NAME for each, no more than MOST at once.
in_parallel() {
  local most=$1 command=$2 prefix=$3 name
  shift 3
  last_sign=$((${EPOCHREALTIME/[.,]/} - 8000000))
  for name in "$@"; do
    ((${#job_of_pid[@]} < most)) || wait_for_a_job
    start_job "$prefix $name" "$command" "$name"
  done
  while ((${#job_of_pid[@]} > 0)); do wait_for_a_job; done
}
