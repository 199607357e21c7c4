namespace Aspire.Hosting.Dcp.Client;

/// <summary>Address and token of DCP's API, read from the file it writes at start.</summary>
internal sealed record DcpKubeconfig(Uri Server, string Token)
{
    /// <summary>
    /// Reads a kubeconfig as DCP writes it: one cluster, one user. False while the file is still being written.
    /// </summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DcpKubeconfig? kubeconfig)
    {
        kubeconfig = null;
        string? server = null;
        string? token = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            if (range.End.Value == text.Length)
            {
                // The last piece has no line end: it is empty, or still being written.
                break;
            }

            var line = text.AsSpan()[range].Trim();
            if (line.StartsWith("server: "))
            {
                server = line["server: ".Length..].Trim().ToString();
            }
            else if (line.StartsWith("token: "))
            {
                token = line["token: ".Length..].Trim().Trim('"').ToString();
            }
        }

        if (token is not { Length: > 0 } || !Uri.TryCreate(server, UriKind.Absolute, out var uri))
        {
            return false;
        }

        kubeconfig = new(uri, token);
        return true;
    }
}
