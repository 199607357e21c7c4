# shellcheck shell=bash disable=SC2034,SC2154
# PostgreSQL under Patroni, with Consul as its store. There is no official image of it.
# shellcheck source=../postgres/recipe.sh
. "$containers_dir/postgres/recipe.sh"
tag=3
official=
packages+=(patroni python3-consul)
files+=(usr/bin/patroni 'usr/bin/python3*' 'usr/lib/python3/*' 'usr/lib/python3.11/*')
recipe_inputs() { sha256sum "$containers_dir/postgres/recipe.sh"; }
