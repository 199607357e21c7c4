using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Resolves every parameter before anything starts, so that what is missing is said at once and together.</summary>
internal static class ParameterResolver
{
    public static async Task ResolveAsync(DistributedApplicationModel model, ResourceNotificationService notifications)
    {
        var missing = new List<string>();
        foreach (var parameter in model.Resources.OfType<ParameterResource>())
        {
            try
            {
                var value = parameter.Resolved;
                await notifications.PublishUpdateAsync(parameter, s => s with
                {
                    // As Aspire has it: who waits for a parameter waits for this.
                    State = KnownResourceStates.Running,
                    Properties = [new("Value", parameter.Secret ? "" : value) { IsSensitive = parameter.Secret }],
                }).ConfigureAwait(false);
            }
            catch (MissingParameterValueException exception)
            {
                missing.Add($"{parameter.Name}: {exception.Message}");
                await notifications.PublishUpdateAsync(parameter, static s => s with
                {
                    State = new(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Warn),
                }).ConfigureAwait(false);
            }
        }

        if (missing.Count > 0)
        {
            throw new MissingParameterValueException(string.Join(Environment.NewLine, missing));
        }
    }
}
