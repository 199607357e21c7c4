# shellcheck shell=bash
# The quick check, run at every start: it asks files instead of programs, so that it costs some hundredths of a second.

# Everything in the repository that what set-up made depends on.
input_files() {
  (
    cd "$repository"
    shopt -s globstar nullglob dotglob
    local file
    for file in eng/setup eng/lib/* containers/**; do
      [ ! -f "$file" ] || printf '%s\n' "$file"
    done
  )
}

list_inputs() {
  (
    cd "$repository"
    local files
    mapfile -t files < <(input_files)
    sha256sum -- "${files[@]}"
  )
}

# image_is_there NAME: reads Podman's own list of images, which is much quicker than asking Podman. An entry is
# {"id":"...","digest":"...","names":["...",...],...
image_is_there() {
  local name id
  [ -r "$image_records/$1" ] || return 1
  {
    IFS= read -r name
    IFS= read -r id
  } <"$image_records/$1"
  [[ $stored_images =~ \{\"id\":\"$id\"[^]]*\"names\":\[[^]]*\"${name//./\\.}\" ]]
}

read_stored_images() {
  local graphroot
  stored_images=
  [ -r "$home/graphroot" ] || return 0
  graphroot=$(<"$home/graphroot")
  [ ! -r "$graphroot/overlay-images/images.json" ] || stored_images=$(<"$graphroot/overlay-images/images.json")
}

# Podman refuses every command when its processes were all killed while containers ran, as at the end of a session. It is
# asked only where the process is gone that it keeps for as long as it is used.
podman_answers() {
  local state=$podman_runtime_dir/libpod/tmp pause='' process=''
  [ -e "$state/alive" ] || return 0
  read -r pause 2>/dev/null <"$state/pause.pid" || :
  read -r process 2>/dev/null <"/proc/${pause:-none}/comm" || :
  [[ $process == catatonit || $process == podman* ]] || "$bin_dir/podman" info >/dev/null 2>&1
}

# Fills `missing` with what is not as set-up leaves it.
find_missing() {
  local name
  missing=()
  find_missing_packages
  ((${#missing_packages[@]} == 0)) || missing+=("packages: ${missing_packages[*]}")
  if [ -n "$podman_user" ]; then
    has_line_for "$podman_user" /etc/passwd || missing+=("the user $podman_user")
    has_line_for "$podman_user" /etc/subuid || missing+=("subordinate ids of $podman_user")
  fi
  tun_is_open || missing+=("/dev/net/tun open to Podman's user")
  cni_folder_is_there || missing+=("the folder $cni_folder")
  if [ ! -x "$bin_dir/podman" ]; then
    missing+=("the podman wrapper")
  elif ! podman_answers; then
    missing+=("a Podman that answers")
  fi
  certificate_is_settled || missing+=("a development certificate")
  read_stored_images
  for name in "${image_names[@]}"; do
    image_is_there "$name" || missing+=("the image $name")
  done
  if [ ! -r "$environment_file" ] || [ ! -r "$inputs_file" ]; then
    missing+=("a finished set-up")
  elif [ -n "$podman_user" ] && [[ $(<"$environment_file") != *"\"podmanUser\": \"$podman_user\""* ]]; then
    missing+=("a set-up for the user $podman_user")
  elif [ "$(list_inputs)" != "$(<"$inputs_file")" ]; then
    missing+=("a set-up by these scripts and recipes: they have changed")
  fi
}

check() {
  local item
  find_missing
  ((${#missing[@]} > 0)) || return 0
  for item in "${missing[@]}"; do say "missing: $item"; done
  say 'Type eng/setup to make it ready.'
  return 1
}
