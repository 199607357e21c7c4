using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using XoeNovAi.Consul.Client;
using XoeNovAi.Report.Pages;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>Another stack than one of the tests' own, as <c>XOENOVAI_ATTACH</c> and its companions name it. See docs/attach.md.</summary>
internal sealed record Attachment
{
    /// <summary>The address of the gateway; what attaches the tests.</summary>
    public const string GatewayVariable = RunReport.AttachVariable;

    /// <summary>The category of the tests that any deployed stack can be asked.</summary>
    public const string Portable = "Portable";

    /// <summary>The category of those that ask Consul too.</summary>
    public const string NeedsConsul = "NeedsConsul";

    /// <summary>The category of those that read the dashboard too.</summary>
    public const string NeedsDashboard = "NeedsDashboard";

    /// <summary>The category of those that disturb whoever uses the stack.</summary>
    public const string Hurts = "Hurts";

    private const string ConsulVariable = $"{GatewayVariable}_CONSUL";
    private const string ConsulTokenVariable = $"{ConsulVariable}_TOKEN";
    private const string ConsulAuthorityVariable = $"{ConsulVariable}_CA";
    private const string DashboardVariable = $"{GatewayVariable}_DASHBOARD";
    private const string DashboardKeyVariable = $"{DashboardVariable}_KEY";
    private const string HurtVariable = $"{GatewayVariable}_MAY_HURT";
    private const string FilterOption = "--filter";
    private static readonly string[] Probes = ["/health", "/xnai/api/v1/health"];
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);

    private Attachment(Uri gateway) => Gateway = gateway;

    /// <summary>The gateway.</summary>
    public Uri Gateway { get; }

    private Uri? Consul { get; init; }

    private string? ConsulToken { get; init; }

    private string? ConsulAuthority { get; init; }

    private Uri? Dashboard { get; init; }

    private string? DashboardKey { get; init; }

    private bool MayHurt { get; init; }

    /// <summary>What the environment says; null when it attaches to nothing.</summary>
    /// <exception cref="AttachException">A variable has a value that cannot be meant.</exception>
    public static Attachment? FromEnvironment()
        => AddressOf(GatewayVariable, "the stack's gateway, such as http://localhost:8000") is not { } gateway
            ? null
            : new(gateway)
            {
                Consul = AddressOf(ConsulVariable, "Consul's API, such as http://localhost:8500"),
                ConsulToken = ValueOf(ConsulTokenVariable),
                ConsulAuthority = ContentOf(ConsulAuthorityVariable),
                Dashboard = AddressOf(DashboardVariable, "the Aspire dashboard, such as http://localhost:18888"),
                DashboardKey = ValueOf(DashboardKeyVariable),
                MayHurt = ValueOf(HurtVariable) is { } word && (bool.TryParse(word, out var may) ? may : throw new AttachException($"{HurtVariable} is '{word}'; write true or false.")),
            };

    /// <summary>The command line with which only those tests run that this stack can be asked.</summary>
    public IReadOnlyList<string> Narrow(IReadOnlyList<string> arguments)
    {
        List<string> conditions = [$"TestCategory={Portable}"];
        conditions.AddRange(new[] { (Consul is null, NeedsConsul), (Dashboard is null, NeedsDashboard), (!MayHurt, Hurts) }.Where(static c => c.Item1).Select(static c => $"TestCategory!={c.Item2}"));
        var at = arguments.ToList().IndexOf(FilterOption);
        return at >= 0 && at + 1 < arguments.Count
            ? [.. arguments.Take(at + 1), $"({arguments[at + 1]})&{string.Join('&', conditions)}", .. arguments.Skip(at + 2)]
            : [.. arguments, FilterOption, string.Join('&', conditions)];
    }

    /// <summary>What the tests ask.</summary>
    public Target Open() => new(
        Gateway,
        Consul is null ? null : new(Consul, ConsulToken, ConsulAuthority),
        Dashboard is null ? null : new(Dashboard, DashboardKey ?? string.Empty));

    /// <summary>Makes sure that such a stack answers at every address that was given.</summary>
    /// <exception cref="AttachException">It does not; the message says which, and what to do.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        using var target = Open();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbeLimit);
        var seen = new List<string>();
        foreach (var path in Probes)
        {
            seen.Add(await AskAsync(target, path, limit.Token));
        }

        if (!seen.Contains(string.Empty))
        {
            throw new AttachException($"{GatewayVariable}={Gateway} answers, but not as the gateway of a Xoe-NovAi stack: {string.Join(", and ", seen)}, where JSON with a status was expected. Is it another server's address?");
        }

        await ProbeAsync(ConsulVariable, Consul, $"its address and, with access control, {ConsulTokenVariable}; for its own certificate authority {ConsulAuthorityVariable}", token => target.Consul!.ServicesAsync(token), limit.Token);
        await ProbeAsync(DashboardVariable, Dashboard, $"its address and {DashboardKeyVariable}", token => target.Dashboard!.SpansAsync(new('0', 32), token), limit.Token);
    }

    // Nothing, when it is such an answer.
    private async Task<string> AskAsync(Target target, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await target.Gateway.GetAsync(path, cancellationToken);
            var type = response.Content.Headers.ContentType?.MediaType;
            return type == "application/json" && (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)) is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("status", out _)
                ? string.Empty
                : $"GET {path} is {(int)response.StatusCode} {type ?? "without a content type"}";
        }
        catch (JsonException)
        {
            return $"GET {path} is no JSON";
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            throw new AttachException($"{GatewayVariable}={Gateway}: nobody answers there ({Reason(exception)}). Give the address of a running stack's gateway, such as http://localhost:8000.");
        }
    }

    private static async Task ProbeAsync(string variable, Uri? address, string check, Func<CancellationToken, Task> askAsync, CancellationToken cancellationToken)
    {
        if (address is null)
        {
            return;
        }

        try
        {
            await askAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is ConsulException or HttpRequestException or JsonException or OperationCanceledException or KeyNotFoundException or InvalidOperationException or CryptographicException)
        {
            throw new AttachException($"{variable}={address} does not answer as it should ({Reason(exception)}). Look at {check}.");
        }
    }

    private static string Reason(Exception exception)
        => exception is OperationCanceledException ? $"no answer within {ProbeLimit.TotalSeconds:0} s" : exception.Message.Split('\n')[0].TrimEnd('.', '\r');

    private static string? ValueOf(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static Uri? AddressOf(string variable, string what)
        => ValueOf(variable) is not { } value ? null
            : Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 ? address
            : throw new AttachException($"{variable} is no http or https address without a user's name; give that of {what}.");

    private static string? ContentOf(string variable)
    {
        try
        {
            return ValueOf(variable) is { } file ? File.ReadAllText(file) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttachException($"{variable} names a file that cannot be read: {exception.Message}");
        }
    }
}

/// <summary>The tests cannot be attached; the message says to what, and what to do.</summary>
/// <param name="message">One sentence for the user.</param>
internal sealed class AttachException(string message) : Exception(message);
