using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Oikos;

/// <summary><c>GET /oikos/council/{member}?problem=</c>: a made-up insight, always the same for the same problem.</summary>
internal static class Council
{
    private const int LongestName = 64;
    private const int LongestProblem = 2000;

    /// <exception cref="ApiException">The problem is not valid.</exception>
    public static Task InvokeAsync(HttpContext context)
    {
        var member = RequestBody.CheckText("member", context.GetRouteValue("member") as string, LongestName);
        var problem = RequestBody.CheckText("problem", context.Request.Query["problem"], LongestProblem);
        return context.Response.WriteAsJsonAsync(
            new CouncilInsight(member, $"{member} on: {problem}"), OikosJsonContext.Default.CouncilInsight, cancellationToken: context.RequestAborted);
    }
}

/// <summary>What a member of the council says to a problem.</summary>
internal sealed record CouncilInsight(string Member, string Insight);
