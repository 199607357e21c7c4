#!/bin/sh
# A Sentinel. At its first start it waits until the first leader has its replica, and writes its settings; it goes on with what it has
# made of them since. Arguments: its own name, and who leads at first.
set -eu
me=$1 first=$2
settings=/data/sentinel.conf
umask 077

if [ ! -e "$settings" ]; then
  trap 'exit 0' INT TERM
  until REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE") timeout 2 redis-cli -h "$first" --tls --cacert /tls/ca.crt info replication 2>/dev/null |
    grep -q '^slave0:.*state=online'; do
    sleep 0.1
  done
  trap - INT TERM
  password=$(sed 's/[\\"]/\\&/g' "$REDIS_PASSWORD_FILE")
  cat >"$settings.new" <<END
port 0
tls-port 26379
tls-replication yes
tls-auth-clients no
tls-cert-file /tls/server.crt
tls-key-file /tls/server.key
tls-ca-cert-file /tls/ca.crt
protected-mode no
dir /data
requirepass "$password"
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $me
sentinel announce-port 26379
sentinel sentinel-pass "$password"
sentinel monitor $REDIS_SERVICE $first 6379 2
sentinel auth-pass $REDIS_SERVICE "$password"
sentinel down-after-milliseconds $REDIS_SERVICE 2000
sentinel failover-timeout $REDIS_SERVICE 6000
sentinel parallel-syncs $REDIS_SERVICE 1
END
  mv "$settings.new" "$settings"
fi
unset REDIS_PASSWORD_FILE
exec redis-server "$settings" --sentinel
