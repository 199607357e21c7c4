# shellcheck shell=bash
# Changes to the system: named before they are made, made only with consent, and recorded so that they can be undone.

change_texts=()
change_commands=()
change_cures=()

# plan_change TEXT CURE FUNCTION: what would be done, what a person would type for it, and what does it.
plan_change() {
  change_texts+=("$1")
  change_cures+=("$2")
  change_commands+=("$3")
}

# The record comes before the change: a change that was interrupted can be undone as well.
record_change() {
  mkdir -p "$home"
  printf '%s\n' "$*" >>"$journal_file"
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n -- "$@"; fi
}

can_be_root() { ((EUID == 0)) || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

has_terminal() { { : </dev/tty; } 2>/dev/null; }

cures_in_one_line() {
  local line= cure
  for cure in "${change_cures[@]}"; do line+="${line:+ && }$cure"; done
  printf '%s' "$line"
}

# Returns when the changes may be made; otherwise ends with one sentence.
obtain_consent() {
  local text answer
  if ! can_be_root; then
    die "this machine needs a change that only root can make; type: sudo sh -c '$(cures_in_one_line)'"
  fi
  say 'Changes to this system (eng/setup --undo reverts them):'
  for text in "${change_texts[@]}"; do say "  - $text"; done
  if [ -n "$assume_yes" ]; then return; fi
  if has_terminal; then
    printf 'Make them? [y/N] ' >/dev/tty
    IFS= read -r answer </dev/tty || answer=
    case $answer in
      [yY] | [yY][eE][sS]) return ;;
    esac
    die "nothing was changed; type eng/setup --yes to agree, or do it by hand: $(cures_in_one_line)"
  fi
  ((EUID == 0)) || die "changes to the system need your consent; type: eng/setup --yes"
}

make_changes() {
  local i
  ((${#change_texts[@]} > 0)) || return 0
  obtain_consent
  for i in "${!change_texts[@]}"; do step "${change_texts[i]}" "${change_commands[i]}"; done
}
