# shellcheck shell=bash
# /dev/net/tun: slirp4netns, which runs as Podman's user, opens it.

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

plan_devices() {
  if tun_is_open; then return; fi
  [ -e /dev/net/tun ] ||
    die "the device /dev/net/tun is missing, without which containers have no network; load it with: modprobe tun"
  plan_change "set the mode of /dev/net/tun from $(tun_mode) to 666" 'chmod 666 /dev/net/tun' open_tun
}

open_tun() {
  record_change tun "$(tun_mode)"
  as_root chmod 666 /dev/net/tun
}
