#!/bin/sh
# One of two servers. At its first start it leads or follows as the model says; from then on whom the Sentinels name leads, so that
# one which was lost never comes back as a second that takes writes. Arguments: its own name, who leads at first, and the server's own.
set -eu
me=$1 first=$2
shift 2

# What most of the Sentinels say; nothing as long as they do not.
leader() {
  for sentinel in $REDIS_SENTINELS; do
    REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE") timeout 2 redis-cli -h "$sentinel" -p 26379 --tls --cacert /tls/ca.crt \
      sentinel get-master-addr-by-name "$REDIS_SERVICE" 2>/dev/null | head -n 1
  done | sort | uniq -c | sed -n 's/^ *[2-9] \([a-z0-9-]\{1,\}\)$/\1/p'
}

leader=$first
if [ -e appendonlydir ]; then
  trap 'exit 0' INT TERM
  leader=$(leader)
  [ -n "$leader" ] || echo "redis: waiting until two of $REDIS_SENTINELS say who leads."
  while [ -z "$leader" ]; do
    sleep 0.2
    leader=$(leader)
  done
  trap - INT TERM
fi
echo "redis: $leader leads."
[ "$leader" = "$me" ] || set -- "$@" --replicaof "$leader" 6379
exec xoe-novai-entrypoint redis-server "$@"
