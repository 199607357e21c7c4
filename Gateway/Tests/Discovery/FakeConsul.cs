using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.Gateway.Tests.Discovery;

/// <summary>Answers blocking queries as Consul does, with whatever a test puts into it: a real one would not take some of it.</summary>
internal sealed class FakeConsul : IAsyncDisposable
{
    private const string AddressField = "Address";
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _index = 10;
    private string _services = "[]";
    private byte[]? _value;

    private FakeConsul(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>How it answers instead, when a test wants that.</summary>
    public RequestDelegate? Answer { get; set; }

    /// <summary>How late its answers come.</summary>
    public TimeSpan Late { get; set; }

    public static async Task<FakeConsul> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var consul = new FakeConsul(app);
        app.Run(consul.AnswerAsync);
        await app.StartAsync();
        return consul;
    }

    /// <summary>An element of the answer, as Consul writes it; what is not given is left out.</summary>
    public static JsonObject Entry(JsonNode? id, JsonNode? address, JsonNode? port, string node = "one") => new()
    {
        ["Node"] = new JsonObject { ["Node"] = node, [AddressField] = "127.0.0.1" },
        ["Service"] = new JsonObject { ["ID"] = id, ["Service"] = "test", [AddressField] = address, ["Port"] = port },
    };

    /// <summary>Those of a backend.</summary>
    public static JsonObject Entry(string id, TestBackend backend, string node = "one") => Entry(id, backend.Address.Host, backend.Address.Port, node);

    public void SetInstances(params JsonNode?[] entries) => SetInstances(new JsonArray([.. entries]).ToJsonString());

    /// <summary>The whole answer, word for word.</summary>
    public void SetInstances(string answer) => Change(() => _services = answer);

    /// <summary>It has lost what it knew: nobody is registered, and it counts from the start again.</summary>
    public void Forget() => Change(() => (_services, _index) = ("[]", 0));

    public void SetValue(byte[]? value) => Change(() => _value = value);

    public async ValueTask DisposeAsync()
    {
        Change(static () => { });
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _index++;
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _ = ulong.TryParse(context.Request.Query["index"], NumberStyles.None, CultureInfo.InvariantCulture, out var known);
        Task changed;
        lock (_gate)
        {
            changed = known < _index ? Task.CompletedTask : _changed.Task;
        }

        await changed.WaitAsync(context.RequestAborted);
        await Task.Delay(Late, context.RequestAborted);
        if (Answer is { } other)
        {
            await other(context);
            return;
        }

        var (body, index) = Now(context.Request.Path.StartsWithSegments("/v1/kv"));
        context.Response.Headers["X-Consul-Index"] = index.ToString(CultureInfo.InvariantCulture);
        context.Response.StatusCode = body is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        await context.Response.Body.WriteAsync(body ?? [], context.RequestAborted);
    }

    private (byte[]? Body, ulong Index) Now(bool isKey)
    {
        lock (_gate)
        {
            return (isKey ? _value : Encoding.UTF8.GetBytes(_services), _index);
        }
    }
}
