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
  command -v mmdebstrap >/dev/null ||
    die "no registry answers, and without apt and mmdebstrap images can not be made of Debian packages either; make a registry reachable."
}

load_recipe() {
  image='' tag='' official='' release='' packages=() files=() without=() users=() hooks=()
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
  local name=$1 recipe base wanted=${XOE_NOVAI_IMAGES:-}
  load_recipe "$name"
  recipe=$(recipe_hash "$name")
  # What nobody publishes is always made of Debian packages.
  [ -n "$official" ] || origin=debian wanted=
  if [ "$(image_label "$image" recipe)" != "$recipe" ] ||
    [ "$(image_label "$image" origin)" != "${wanted:-$(image_label "$image" origin)}" ]; then
    if [ "$origin" = registry ] && ! pull_official; then
      [ "${XOE_NOVAI_IMAGES:-}" != registry ] || return 1
      echo "$official could not be pulled: the image is made of Debian packages instead."
      origin=debian
    fi
    if [ "$origin" = registry ]; then base=$official; else base_from_debian "$name"; fi
    build_on_base "$name"
  fi
  record_image "$name" "$image" "$recipe"
}

# The recipe's folder goes in as a tar: Podman's user may not be able to read it.
build_on_base() {
  local content
  content=$(printf '%s\n' "$recipe" "$(podman image inspect --format '{{.Digest}}' "$base")" | hash_of)
  tar -C "$containers_dir/$1" -cf - . |
    podman build --quiet --pull=never --layers=false --format docker --build-arg "BASE=$base" --tag "$image" \
      --label "io.xoe-novai.recipe=$recipe" --label "io.xoe-novai.content=$content" --label "io.xoe-novai.origin=$origin" -
}

# The tag is exact, so an image of that name is the right one.
pull_official() { podman image exists "$official" || podman pull --quiet "$official"; }

# The base has a hash of its own: changing an entry point builds a thin layer, not the whole image.
base_from_debian() {
  local content unpacked=$home/base-$1.tar
  content=$(
    cd "$containers_dir"
    {
      sha256sum "$1/recipe.sh" shared/*
      recipe_inputs
    } | hash_of
  )
  base=localhost/xoe-novai/base-$1:debian
  [ "$(image_label "$base" content)" != "$content" ] || return 0
  # shellcheck source=/dev/null
  . "$containers_dir/shared/debian.sh"
  # By way of a file: half a base would be taken for a whole one.
  debian_tar >"$unpacked"
  podman import --quiet --change "LABEL io.xoe-novai.content=$content" - "$base" <"$unpacked"
  rm -f "$unpacked"
}

make_images() {
  step 'look for a registry' record_origin
  origin=$(<"$home/origin")
  require_image_source
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
