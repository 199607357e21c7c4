namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>
/// This machine as an ordinary user without sudo sees it when something is missing: in a mount namespace of its own, in
/// which files lie hidden. Nothing is changed outside of it, and it ends with its last process.
/// </summary>
internal static class LackingMachine
{
    private const string Nobody = "nobody";

    // Programs are removed from a layer over their folder. Of root's own files an ordinary user sees nothing, and the
    // checkout may be one of them: everything may be read, and no more.
    private const string Script = """
        set -eu
        ranges=$1
        shift
        HOME=$TMPDIR/home
        mkdir "$HOME" "$TMPDIR/layers"
        mount -t tmpfs layers "$TMPDIR/layers"
        while [ "$1" != -- ]; do
          for folder in /usr/bin /usr/local/bin /usr/sbin /usr/local/sbin ${PATH//:/ }; do
            [ -e "$folder/$1" ] || continue
            folder=$(readlink -f "$folder")
            layer=$TMPDIR/layers/${folder//\//-}
            if [ ! -d "$layer" ]; then
              mkdir -p "$layer/upper" "$layer/work"
              mount -t overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/work${overlay:-}" overlay "$folder"
            fi
            rm "$folder/$1"
          done
          shift
        done
        shift
        printf '%s' "${ranges:+$(id -un "$user"):$ranges}" > "$HOME/ranges"
        mount --bind "$HOME/ranges" /etc/subuid
        mount --bind "$HOME/ranges" /etc/subgid
        unset XDG_CACHE_HOME XDG_RUNTIME_DIR XOE_NOVAI_HOME
        if [ "$(id -u)" = 0 ]; then
          chown -R "$user:" "$TMPDIR"
          set -- setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search "$@"
        else
          set -- setpriv --inh-caps=-all --ambient-caps=-all "$@"
        fi
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
        return ["env", $"user={user}", $"overlay={(Environment.IsPrivilegedProcess ? string.Empty : ",userxattr")}", "unshare", .. namespaces, "bash", "-c", Script, "machine", ranges, .. programs, "--"];
    }
}
