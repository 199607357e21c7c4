# shellcheck shell=bash
# A development certificate of ASP.NET Core that this user trusts. Aspire hands it to DCP, which otherwise makes one of
# its own at every start, for more than a second of processor. Nothing depends on it: without it starts take longer.

certificate_folder=$HOME/.aspnet/dev-certs/trust

# There, or tried: what could not be made once is not tried at every start.
certificate_is_settled() { [ -d "$certificate_folder" ] || [ -e "$home/no-certificate" ]; }

make_certificate() {
  ! certificate_is_settled || return 0
  if ! command -v dotnet >/dev/null; then
    : >"$home/no-certificate"
    return 0
  fi
  # What was there before is not ours to remove.
  dotnet dev-certs https --check || record_change certificate
  SSL_CERT_DIR=$certificate_folder dotnet dev-certs https --trust || echo 'It is not trusted everywhere.'
  [ -d "$certificate_folder" ] || : >"$home/no-certificate"
}

undo_certificate() { dotnet dev-certs https --clean; }
