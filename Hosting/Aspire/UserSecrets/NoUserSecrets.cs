using System.Text.Json.Nodes;

namespace Aspire.Hosting.UserSecrets;

/// <summary>For projects without user secrets: nothing is kept.</summary>
internal sealed class NoUserSecrets : IUserSecretsManager
{
    public bool IsAvailable => false;

    public string FilePath => string.Empty;

    public bool TrySetSecret(string name, string value) => false;

    public bool TryDeleteSecret(string name) => false;

    public void GetOrSetSecret(IConfigurationManager configuration, string name, Func<string> valueGenerator) => configuration[name] ??= valueGenerator();

    public Task SaveStateAsync(JsonObject state, CancellationToken cancellationToken = default) => Task.CompletedTask;
}
