# shellcheck shell=bash disable=SC2154
# A root file system out of Debian packages, as a tar on standard output, without a registry: mmdebstrap fetches them,
# verifies and unpacks them. Maintainer scripts do not run. Libraries, a shell and what the recipe names get in.

# The sources of the recipe's release as the host's apt has them; another release comes from the same mirror.
debian_sources() {
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u |
    awk -v release="$release" -v key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]' '
      $1 !~ /\/debian(-security)?\/?$/ { next }
      $1 !~ /security/ { mirror = $1 }
      index($2, release) == 1 { print "deb", key, $0; found = 1 }
      END { if (mirror && !found) print "deb", key, mirror, release, "main" }'
}

debian_tar() {
  local sources item
  local -a options=(--variant=extract --quiet "--skip=chroot/mount,cleanup,output/dev")
  sources=$(debian_sources)
  [ -n "$sources" ] || {
    echo "No Debian mirror is configured here, from which packages of Debian '$release' could come." >&2
    return 1
  }
  while IFS= read -r item; do options+=(--aptopt="$item"); done < <(apt-config dump --format '%F "%v";%n' Acquire::http Acquire::https)
  # The caller's subordinate ids, as which it may run, need not be able to read the checkout.
  # shellcheck disable=SC2016 # the hooks' own
  for item in 'eval "$arrange"' "${hooks[@]}"; do options+=(--extract-hook="$item"); done
  # What is in /bin, /sbin and /lib gets into /usr. The folder it works in has to be open to those ids.
  # shellcheck disable=SC2016 # the hook's own
  TMPDIR=/var/tmp arrange=$(<"$containers_dir/shared/arrange.sh") keep="${files[*]}" drop="${without[*]}" users="${users[*]}" \
    mmdebstrap "${options[@]}" \
    --setup-hook='cd "$1" && mkdir -p usr/bin usr/lib usr/lib64 usr/sbin && ln -s usr/* .' \
    --include="$(printf '%s,' "${packages[@]}")busybox-static,dash" "$release" - - <<<"$sources"
}
