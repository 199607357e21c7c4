# shellcheck shell=bash
# environment.json is what the AppHost and the tests read. It is written last: where it is, everything is.

write_environment() {
  local user=null version
  [ -z "$podman_user" ] || user="\"$podman_user\""
  version=$(podman version --format '{{.Client.Version}}')
  replace "$environment_file" 644 '' <<EOF
{
  "bin": "$bin_dir",
  "podmanUser": $user,
  "podmanHome": "$podman_home",
  "podmanRuntimeDir": "$podman_runtime_dir",
  "runRoot": "$run_root",
  "tunnelImage": "$(sed -n 1p "$image_records/tunnel")",
  "runtime": "$(podman info --format '{{.Host.OCIRuntime.Name}}')",
  "limits": $(<"$home/limits.json"),
  "podmanVersion": "$version"
}
EOF
  list_inputs | replace "$inputs_file" 644 ''
}
