# shellcheck shell=bash
# The images: from a registry where one answers, otherwise from Debian packages. Either way a recipe's Containerfile
# goes on top, so that the contract is written once. Nothing is built whose content is there already.

images_origin() {
  local wanted=${XOE_NOVAI_IMAGES:-}
  case $wanted in
    debian | registry) printf '%s' "$wanted" ;;
    '')
      if registry_answers; then printf registry; else printf debian; fi
      ;;
    *) die "XOE_NOVAI_IMAGES is '$wanted'; set it to debian or registry, or leave it out." ;;
  esac
}

# Asked once for each set-up, by Podman itself, because only that knows of proxies, mirrors and credentials.
registry_answers() {
  timeout 6 "$bin_dir/podman" manifest inspect docker.io/library/redis:7.2.5-bookworm >/dev/null 2>&1 9>&-
}

require_image_source() {
  [ "$origin" = registry ] && return
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    die "no registry answers, and without apt images can not be made from Debian packages either; make a registry reachable."
  fi
}

load_recipe() {
  image='' tag='' official='' release='' packages=() files=() users=()
  before_take() { :; }
  arrange() { :; }
  recipe_inputs() { :; }
  # shellcheck source=/dev/null
  . "$containers_dir/$1/recipe.sh"
  image=${image:-localhost/xoe-novai/$1:$tag}
}

hash_of() { sha256sum | cut -c 1-32; }

# The recipe: its files, the shared ones, and whatever else it is made of.
recipe_hash() {
  (
    cd "$containers_dir"
    {
      sha256sum "$1"/* shared/*
      recipe_inputs
    } | hash_of
  )
}

image_label() { podman image inspect --format "{{index .Labels \"io.xoe-novai.$2\"}}" "$1" 2>/dev/null || true; }

record_image() {
  local id
  id=$(podman image inspect --format '{{.Id}}' "$2")
  mkdir -p "$image_records"
  printf '%s\n' "$2" "$id" "$3" "$(image_label "$2" content)" "$(image_label "$2" origin)" | replace "$image_records/$1" 644 ''
}

make_image() {
  local name=$1 recipe base content work
  load_recipe "$name"
  recipe=$(recipe_hash "$name")
  if [ "$(image_label "$image" recipe)" = "$recipe" ] &&
    [ "$(image_label "$image" origin)" = "${XOE_NOVAI_IMAGES:-$(image_label "$image" origin)}" ]; then
    record_image "$name" "$image" "$recipe"
    return
  fi
  work=$home/work/$name
  rm -rf "$work"
  mkdir -p "$work/none/partial"
  if [ "$origin" = registry ] && ! pull_official; then
    [ "${XOE_NOVAI_IMAGES:-}" != registry ] || return 1
    echo "$official could not be pulled: the image is made of Debian packages instead."
    origin=debian
  fi
  case $origin in
    registry)
      base=$official
      base_content=$(podman image inspect --format '{{.Digest}}' "$official")
      ;;
    debian) base_from_debian "$name" ;;
  esac
  content=$(printf '%s\n' "$recipe" "$base_content" | hash_of)
  build_on_base "$name"
  record_image "$name" "$image" "$recipe"
  rm -rf "$work"
}

build_on_base() {
  local -a context=("$containers_dir/$1")
  podman build --quiet --pull=never --layers=false --format docker --build-arg "BASE=$base" \
    --label "io.xoe-novai.recipe=$recipe" --label "io.xoe-novai.content=$content" --label "io.xoe-novai.origin=$origin" \
    --tag "$image" "${context[@]}"
}

# The tag is exact, so an image of that name is the right one.
pull_official() { podman image exists "$official" || podman pull --quiet "$official"; }

# The base's own hash: changing an entry point builds a thin layer, not the whole image.
base_from_debian() {
  local name=$1 archives packages_hash resolved
  local -a apt_options deb_files
  # shellcheck source=/dev/null
  . "$containers_dir/shared/debian.sh"
  (
    flock 8
    use_release "$release" "$debs_dir/$release"
  ) 8>"$debs_dir/$release.lock"
  use_release "$release" "$debs_dir/$release"
  archives=$debs_dir/$release/archives
  resolved=$(resolve_packages "${packages[@]}")
  packages_hash=$({
    printf '%s\n' "$resolved" | cut -d ' ' -f 1,2
    cd "$containers_dir" && sha256sum "$name/recipe.sh" shared/*
    recipe_inputs
  } | hash_of)
  base=localhost/xoe-novai/base-$name:debian
  base_content=$packages_hash
  [ "$(image_label "$base" content)" != "$packages_hash" ] || return 0
  # Two images may want the same package.
  (
    flock 8
    apt-get "${apt_options[@]}" -d install "${packages[@]}" || {
      update_lists "$debs_dir/$release"
      apt-get "${apt_options[@]}" -d install "${packages[@]}"
    }
  ) 8>"$debs_dir/$release.lock"
  mapfile -t deb_files < <(printf '%s\n' "$resolved" | cut -d ' ' -f 1)
  unpack_packages "$work/root" "$archives" "${deb_files[@]}"
  before_take "$work/root"
  take_files "$work/root" "$work/image"
  pack "$work/image" | podman import --quiet --change "LABEL io.xoe-novai.content=$packages_hash" - "$base"
}

# Patterns in a recipe are of the unpacked packages.
take_files() {
  local root=$1 target=$2
  local -a paths
  mapfile -t paths < <(cd "$root" && shopt -s nullglob && for path in "${files[@]}"; do
    # shellcheck disable=SC2086
    printf '%s\n' $path
  done)
  take "$root" "$target" "${paths[@]}"
  take_libraries "$root" "$target"
  add_shell "$target"
  add_users "$target" "${users[@]}"
  arrange "$target"
}

make_images() {
  step 'look for a registry' record_origin
  origin=$(<"$home/origin")
  require_image_source
  mkdir -p "$debs_dir" "$home/work"
  in_parallel 2 make_image image "${image_names[@]}"
  step 'remove replaced images' remove_replaced_images
}

# An image that a container still uses stays until the next set-up.
remove_replaced_images() {
  local id
  podman images --quiet --no-trunc --filter label=io.xoe-novai.content --filter dangling=true | sort -u |
    while IFS= read -r id; do podman rmi "$id" || true; done
}

record_origin() { images_origin | replace "$home/origin" 644 ''; }
