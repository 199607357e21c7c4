namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command of a resource.</summary>
/// <param name="name">Its name, unique in the resource.</param>
/// <param name="displayName">What is shown.</param>
/// <param name="updateState">Whether it can be given.</param>
/// <param name="executeCommand">What it does.</param>
/// <param name="displayDescription">What it does, in words.</param>
/// <param name="parameter">What it is given.</param>
/// <param name="confirmationMessage">What is asked before.</param>
/// <param name="iconName">The Fluent UI icon.</param>
/// <param name="iconVariant">How the icon is drawn.</param>
/// <param name="isHighlighted">Whether it has a button of its own.</param>
public sealed class ResourceCommandAnnotation(string name, string displayName, Func<UpdateCommandStateContext, ResourceCommandState> updateState, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, string? displayDescription, object? parameter, string? confirmationMessage, string? iconName, IconVariant? iconVariant, bool isHighlighted)
    : IResourceAnnotation
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What is shown.</summary>
    public string DisplayName { get; } = displayName;

    /// <summary>Whether it can be given.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState { get; } = updateState;

    /// <summary>What it does.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; } = executeCommand;

    /// <summary>What it does, in words.</summary>
    public string? DisplayDescription { get; } = displayDescription;

    /// <summary>What it is given.</summary>
    public object? Parameter { get; } = parameter;

    /// <summary>What is asked before.</summary>
    public string? ConfirmationMessage { get; } = confirmationMessage;

    /// <summary>The Fluent UI icon.</summary>
    public string? IconName { get; } = iconName;

    /// <summary>How the icon is drawn.</summary>
    public IconVariant? IconVariant { get; } = iconVariant;

    /// <summary>Whether it has a button of its own.</summary>
    public bool IsHighlighted { get; } = isHighlighted;

    internal ResourceCommandSnapshot Snapshot(CustomResourceSnapshot resource)
        => new(Name, UpdateState(new() { ResourceSnapshot = resource }), DisplayName, DisplayDescription, Parameter, ConfirmationMessage, IconName, IconVariant, IsHighlighted);
}
