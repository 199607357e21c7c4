using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Oikos;

/// <summary>Decides who takes a problem on: simple ones are answered at once, the others by the council.</summary>
internal sealed class Iris
{
    private const int LongestProblem = 2000;
    private const int LongestName = 64;
    private const int MostSessions = 1000;
    private const int WordsOfASimpleProblem = 4;

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary><c>POST /oikos/iris/route</c>.</summary>
    /// <exception cref="ApiException">The problem is not valid.</exception>
    public async Task RouteAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context);
        var problem = body.Text("problem", LongestProblem);
        var session = body.Text("session_id", LongestName, "DEFAULT-SESSION");
        body.WholeNumber("escalation_level", 1, 3, 1);

        var simple = problem.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length <= WordsOfASimpleProblem;
        var decision = simple
            ? new RoutingDecision("LEVEL_1_SWIFT", session, "Handled at the hearth.")
            : new RoutingDecision("ASYNC_MASTERMIND", session, "The council decides; ask for the status of the session.");
        Remember(session, new Session("COMPLETE", problem, simple ? decision.Response : "The council has decided."));
        await context.Response.WriteAsJsonAsync(decision, OikosJsonContext.Default.RoutingDecision, cancellationToken: context.RequestAborted);
    }

    /// <summary><c>GET /oikos/iris/status/{session}</c>.</summary>
    /// <exception cref="ApiException">The name of the session is not valid.</exception>
    public Task StatusAsync(HttpContext context)
    {
        var session = RequestBody.CheckText("session", context.GetRouteValue("session") as string, LongestName);
        return context.Response.WriteAsJsonAsync(
            Recall(session) ?? new Session("NOT_FOUND"), OikosJsonContext.Default.Session, cancellationToken: context.RequestAborted);
    }

    // A stand-in forgets the oldest rather than grow.
    private void Remember(string name, Session session)
    {
        lock (_gate)
        {
            _sessions[name] = session;
            if (_sessions.Count > MostSessions)
            {
                _sessions.RemoveAt(0);
            }
        }
    }

    private Session? Recall(string name)
    {
        lock (_gate)
        {
            return _sessions.TryGetValue(name, out var session) ? session : null;
        }
    }
}

/// <summary>Who takes a problem on.</summary>
internal sealed record RoutingDecision(string Decision, string SessionId, string Response);

/// <summary>How far a problem has come.</summary>
internal sealed record Session(string Status, string? Problem = null, string? Response = null);
