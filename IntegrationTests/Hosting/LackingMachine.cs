namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>
/// This machine as an ordinary user without sudo sees it when something is missing: in a mount namespace of its own, in
/// which files lie hidden. Nothing is changed outside of it, and it ends with its last process.
/// </summary>
internal static class LackingMachine
{
    private const string Nobody = "nobody";

    // Programs are removed from a layer over their folder. What lies in a private folder, such as a checkout below root's
    // home, is put into an empty one in its place, where an ordinary user finds it, and nothing else.
    private const string Script = """
        set -eu
        ranges=$1
        shift
        HOME=$TMPDIR/home
        layers=$TMPDIR/layers
        mkdir "$HOME" "$layers"
        printf '%s' "${ranges:+$(id -un "$user"):$ranges}" > "$HOME/ranges"
        [ "$(id -u)" != 0 ] || chown -R "$user:" "$TMPDIR"
        mount --bind "$HOME/ranges" /etc/subuid
        mount --bind "$HOME/ranges" /etc/subgid
        mount -t tmpfs layers "$layers"
        while [ "$1" != -- ]; do
          for folder in /usr/bin /usr/local/bin /usr/sbin /usr/local/sbin ${PATH//:/ }; do
            [ -e "$folder/$1" ] || continue
            folder=$(readlink -f "$folder")
            layer=$layers/${folder//\//-}
            if [ ! -d "$layer" ]; then
              mkdir -p "$layer/upper" "$layer/work"
              mount -t overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/work${overlay:-}" overlay "$folder"
            fi
            rm "$folder/$1"
          done
          shift
        done
        shift
        if [ "$(id -u)" = 0 ]; then
          needed=("$repository" "$(dirname "$(readlink -f "$(command -v "$1")")")")
          for i in 0 1; do
            mkdir "$layers/$i"
            mount --bind "${needed[i]}" "$layers/$i"
          done
          for folder in "${needed[@]}"; do
            while [ "$folder" != / ]; do
              folder=$(dirname "$folder")
              case $(stat -c %A "$folder" 2> /dev/null) in '' | *[xt]) ;; *) mount -t tmpfs -o mode=755 hidden "$folder" ;; esac
            done
          done
          for i in 0 1; do
            mkdir -p "${needed[i]}"
            mount --bind "$layers/$i" "${needed[i]}"
          done
          set -- setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"
        else
          set -- setpriv --inh-caps=-all --ambient-caps=-all "$@"
        fi
        unset XDG_CACHE_HOME XDG_RUNTIME_DIR XOE_NOVAI_HOME
        cd /
        exec env HOME="$HOME" "$@"
        """;

    /// <summary>What it makes in the temporary folder of the command it runs.</summary>
    public static IReadOnlyList<string> Folders { get; } = ["home", "layers"];

    /// <summary>What runs a command on a machine without some programs.</summary>
    /// <param name="programs">The programs, such as <c>podman</c>.</param>
    public static IReadOnlyList<string> Without(params string[] programs) => Within("1000000:65536", programs);

    /// <summary>What runs a command on a machine whose user has no subordinate ids.</summary>
    public static IReadOnlyList<string> WithoutSubordinateIds { get; } = Within(string.Empty);

    private static IReadOnlyList<string> Within(string ranges, params string[] programs)
    {
        string[] namespaces = Environment.IsPrivilegedProcess ? ["--mount"] : ["--mount", "--user", "--map-current-user", "--keep-caps"];
        var user = Environment.IsPrivilegedProcess ? Nobody : Environment.UserName;
        return ["env", $"user={user}", $"repository={Repository.Root}", $"overlay={(Environment.IsPrivilegedProcess ? string.Empty : ",userxattr")}", "unshare", .. namespaces, "bash", "-c", Script, "machine", ranges, .. programs, "--"];
    }
}
