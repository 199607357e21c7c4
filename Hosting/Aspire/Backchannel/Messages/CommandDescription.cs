using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Backchannel;

/// <summary>A command of a resource.</summary>
internal sealed record CommandDescription(string Name, string DisplayName, string? Description, CommandArgumentDescription[] ArgumentInputs, string Visibility, string State)
{
    public static CommandDescription Of(ResourceCommandSnapshot command)
        => new(command.Name, command.DisplayName, command.DisplayDescription, [.. command.Arguments.Select(CommandArgumentDescription.Of)], command.Visibility.ToString(), command.State.ToString());
}
