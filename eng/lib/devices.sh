# shellcheck shell=bash
# What Podman's user finds on the system: /dev/net/tun, which slirp4netns opens, and /var/lib/cni.

tun_mode() { stat -c %a /dev/net/tun 2>/dev/null || printf 'missing'; }

tun_is_open() {
  if ((EUID != 0)); then
    [ -r /dev/net/tun ] && [ -w /dev/net/tun ]
  else
    case $(tun_mode) in
      *[67]) return 0 ;;
      *) return 1 ;;
    esac
  fi
}

# Podman mounts its own /var/lib/cni while it sets a network up. Where there is none it hides all of /var/lib
# instead, and with it the home of a user who lives there.
cni_folder=/var/lib/cni
cni_folder_is_there() {
  case $podman_home in
    /var/lib/*) [ -d "$cni_folder" ] ;;
  esac
}

plan_devices() {
  cni_folder_is_there || plan_change "make the folder $cni_folder" "mkdir $cni_folder" make_cni_folder
  if tun_is_open; then return; fi
  [ -e /dev/net/tun ] ||
    die "the device /dev/net/tun is missing, without which containers have no network; load it with: modprobe tun"
  plan_change "set the mode of /dev/net/tun from $(tun_mode) to 666" 'chmod 666 /dev/net/tun' open_tun
}

open_tun() {
  record_change tun "$(tun_mode)"
  as_root chmod 666 /dev/net/tun
}

make_cni_folder() {
  record_change folder "$cni_folder"
  as_root mkdir -p "$cni_folder"
}
