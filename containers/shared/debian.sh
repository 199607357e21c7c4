# shellcheck shell=bash
# A root file system out of Debian packages, without root and without a registry: the packages are fetched by the
# host's own apt configuration (which verifies them) against an empty package status, and unpacked. Maintainer scripts
# do not run. Only the files which a recipe names go into the image, with the libraries they need.

library_dir=usr/lib/x86_64-linux-gnu

# Sets apt_options for a Debian release; $1 release, $2 directory of its own.
use_release() {
  local release=$1 dir=$2 mirror
  mkdir -p "$dir/archives/partial" "$dir/lists/partial"
  : >"$dir/status"
  apt_options=(-qq -y -o "Dir::State::status=$dir/status" -o "Dir::Cache=$dir" -o "Dir::Cache::archives=$dir/archives"
    -o Debug::NoLocking=1 -o APT::Sandbox::User= -o APT::Install-Recommends=0 -o Acquire::Languages=none
    -o Acquire::Retries=2)
  # The host's own lists will do when it is that release and has been updated.
  # shellcheck source=/dev/null
  if [ "$release" = "$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")" ]; then
    if [ ! -e "$dir/updated" ] && compgen -G '/var/lib/apt/lists/*_main_*Packages*' >/dev/null; then return; fi
  else
    # shellcheck disable=SC2016 # apt's own variable
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -n 1) || true
    [ -n "$mirror" ] || {
      echo "No Debian mirror is configured here, from which packages of Debian '$release' could come."
      return 1
    }
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$release" >"$dir/sources.list"
    apt_options+=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null)
  fi
  apt_options+=(-o "Dir::State::lists=$dir/lists")
  [ -e "$dir/updated" ] || update_lists "$dir"
}

update_lists() {
  apt-get "${apt_options[@]}" update
  : >"$1/updated"
}

# Prints name, hash and URI of each package, dependencies included.
resolve_packages() {
  apt-get "${apt_options[@]}" -o "Dir::Cache::archives=$work/none" --print-uris install "$@" |
    awk '{ gsub("\047", "", $1); print $2, $4, $1 }'
}

# unpack_packages ROOT ARCHIVES FILE...
unpack_packages() {
  local root=$1 archives=$2
  shift 2
  printf '%s\0' "$@" | xargs -0 -P 2 -I '{}' dpkg-deb -x "$archives/{}" "$root"
}

# take ROOT IMAGE PATH...: copies files and directories into the image, with /bin, /sbin and /lib merged into /usr.
take() {
  local root=$1 image=$2 path source target
  shift 2
  mkdir -p "$image"/{usr/bin,usr/lib64,"$library_dir",etc,tmp,proc,sys,dev,run,root,var}
  chmod 1777 "$image/tmp"
  ln -sfn usr/bin "$image/bin"
  ln -sfn usr/bin "$image/sbin"
  ln -sfn usr/lib "$image/lib"
  ln -sfn usr/lib64 "$image/lib64"
  ln -sfn ../run "$image/var/run"
  for path; do
    source=$root/$path
    case $path in
      bin/* | sbin/* | usr/sbin/*) target=usr/bin/${path##*/} ;;
      lib/*) target=usr/$path ;;
      *) target=$path ;;
    esac
    mkdir -p "$image/${target%/*}"
    if [ -d "$source" ]; then cp -a "$source" "$image/${target%/*}/"; else cp -aL "$source" "$image/$target"; fi
  done
}

# take_libraries ROOT IMAGE: everything the image's programs and libraries are linked to, found with the image's own
# dynamic linker, so that nothing of the host gets in.
take_libraries() {
  local root=$1 image=$2 linker library listing
  linker=$(find "$root/lib64/" "$root/usr/lib64/" "$root/lib/" "$root/usr/lib/" -name ld-linux-x86-64.so.2 -print -quit 2>/dev/null || true)
  linker=$(resolve_in "$root" "$linker")
  listing=$work/libraries
  printf '#!/bin/sh\nexec "%s" --library-path "%s" "$@"\n' "$linker" "$root/$library_dir:$root/lib/x86_64-linux-gnu" >"$work/linker"
  chmod +x "$work/linker"
  # A static program makes the linker fail: that one needs nothing, and the others still have to be asked.
  # shellcheck disable=SC2016
  find "$image" -type f \( -perm -u+x -o -name '*.so*' \) -print0 |
    xargs -0 sh -c 'for file; do "$0" --list "$file" 2>/dev/null || :; done' \
      "$work/linker" >"$listing"
  if grep 'not found' "$listing"; then return 1; fi
  awk '$2 == "=>" && $3 ~ /^\// { print $3 }' "$listing" | sort -u |
    while IFS= read -r library; do cp -aL "$library" "$image/$library_dir/${library##*/}"; done
  cp -aL "$linker" "$image/usr/lib64/ld-linux-x86-64.so.2"
}

# A link in the unpacked tree may be absolute, which would lead to the host's file.
resolve_in() {
  local link
  if [ -L "$2" ]; then
    link=$(readlink "$2")
    case $link in
      /*) printf '%s%s' "$1" "$link" ;;
      *) printf '%s/%s' "${2%/*}" "$link" ;;
    esac
  else
    printf '%s' "$2"
  fi
}

# A shell and the usual small programs: what busybox offers and the recipe has not brought itself.
add_shell() {
  local image=$1 name
  ln -sfn dash "$image/usr/bin/sh"
  for name in $("$image/usr/bin/busybox" --list); do
    [ -e "$image/usr/bin/$name" ] || [ -L "$image/usr/bin/$name" ] || ln -s busybox "$image/usr/bin/$name"
  done
}

# add_users IMAGE NAME:UID:GID:HOME...
add_users() {
  local image=$1 user name uid gid dir
  shift
  printf 'root:x:0:0::/root:/bin/sh\n' >"$image/etc/passwd"
  printf 'root:x:0:\n' >"$image/etc/group"
  printf 'hosts: files dns\n' >"$image/etc/nsswitch.conf"
  for user; do
    IFS=: read -r name uid gid dir <<<"$user"
    printf '%s:x:%s:%s::%s:/bin/sh\n' "$name" "$uid" "$gid" "$dir" >>"$image/etc/passwd"
    printf '%s:x:%s:\n' "$name" "$gid" >>"$image/etc/group"
    mkdir -p "$image$dir"
  done
}

# The same files give the same bytes.
pack() { tar -C "$1" --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -cf - .; }
