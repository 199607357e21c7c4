# shellcheck shell=sh disable=SC2154
# Called by mmdebstrap for the unpacked packages in $1. Of their files stay libraries, a shell and what $keep names, without
# $drop; then what maintainer scripts would have done, as far as it is needed. $users has NAME:UID:GID:HOME for each user.
set -eu
cd "$1"
shift
# shellcheck disable=SC2086 # patterns
rm -rf usr/lib/*-linux-gnu/*/ $drop
set -f
for pattern in usr/bin/busybox usr/bin/dash 'usr/lib64/*' 'usr/lib/*-linux-gnu/*.so*' $keep; do
  set -- "$@" ! -path "$pattern"
done
find etc usr ! -type d "$@" -delete
find etc usr -type d -empty -delete
rm -rf tmp var
mkdir -p etc proc root run sys tmp var
chmod 1777 tmp
ln -s ../run var/run

# A shell and the usual small programs: what busybox offers and the packages have not brought.
ln -s dash usr/bin/sh
for name in $(usr/bin/busybox --list); do
  [ -e "usr/bin/$name" ] || [ -L "usr/bin/$name" ] || ln -s busybox "usr/bin/$name"
done

echo 'root:x:0:0::/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
echo 'hosts: files dns' >etc/nsswitch.conf
for user in $users; do
  IFS=: read -r name uid gid home <<END
$user
END
  echo "$name:x:$uid:$gid::$home:/bin/sh" >>etc/passwd
  echo "$name:x:$gid:" >>etc/group
  mkdir -p ".$home"
done
