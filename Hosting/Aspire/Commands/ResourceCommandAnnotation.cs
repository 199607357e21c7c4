using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command of a resource.</summary>
public sealed class ResourceCommandAnnotation : IResourceAnnotation
{
    /// <summary>Creates the command.</summary>
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
    public ResourceCommandAnnotation(string name, string displayName, Func<UpdateCommandStateContext, ResourceCommandState> updateState, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, string? displayDescription, object? parameter, string? confirmationMessage, string? iconName, IconVariant? iconVariant, bool isHighlighted)
        : this(name, displayName, updateState, executeCommand, displayDescription, (IReadOnlyList<InteractionInput>?)null, confirmationMessage, iconName, iconVariant, isHighlighted)
        => Parameter = parameter;

    /// <summary>Creates the command.</summary>
    /// <param name="name">Its name, unique in the resource.</param>
    /// <param name="displayName">What is shown.</param>
    /// <param name="updateState">Whether it can be given.</param>
    /// <param name="executeCommand">What it does.</param>
    /// <param name="displayDescription">What it does, in words.</param>
    /// <param name="arguments">What whoever gives it is asked for.</param>
    /// <param name="confirmationMessage">What is asked before.</param>
    /// <param name="iconName">The Fluent UI icon.</param>
    /// <param name="iconVariant">How the icon is drawn.</param>
    /// <param name="isHighlighted">Whether it has a button of its own.</param>
    /// <param name="visibility">Who may give it.</param>
    /// <param name="validateArguments">Refuses what was given.</param>
    public ResourceCommandAnnotation(string name, string displayName, Func<UpdateCommandStateContext, ResourceCommandState> updateState, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, string? displayDescription, IReadOnlyList<InteractionInput>? arguments, string? confirmationMessage, string? iconName, IconVariant? iconVariant, bool isHighlighted, ResourceCommandVisibility visibility = ResourceCommandVisibility.UI | ResourceCommandVisibility.Api, Func<InputsDialogValidationContext, Task>? validateArguments = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(displayName);
        ArgumentNullException.ThrowIfNull(updateState);
        ArgumentNullException.ThrowIfNull(executeCommand);
        Name = name;
        DisplayName = displayName;
        UpdateState = updateState;
        ExecuteCommand = executeCommand;
        DisplayDescription = displayDescription;
        Arguments = arguments ?? [];
        ConfirmationMessage = confirmationMessage;
        IconName = iconName;
        IconVariant = iconVariant;
        IsHighlighted = isHighlighted;
        Visibility = visibility;
        ValidateArguments = validateArguments;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What is shown.</summary>
    public string DisplayName { get; }

    /// <summary>Whether it can be given.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState { get; }

    /// <summary>What it does.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; }

    /// <summary>What it does, in words.</summary>
    public string? DisplayDescription { get; }

    /// <summary>What it is given.</summary>
    [Obsolete("Describe what a command takes with Arguments, and read it in ExecuteCommandContext.Arguments.")]
    public object? Parameter { get; }

    /// <summary>What whoever gives it is asked for.</summary>
    [Experimental("ASPIREINTERACTION001")]
    public IReadOnlyList<InteractionInput> Arguments { get; }

    /// <summary>Refuses what was given.</summary>
    [Experimental("ASPIREINTERACTION001")]
    public Func<InputsDialogValidationContext, Task>? ValidateArguments { get; }

    /// <summary>What is asked before.</summary>
    public string? ConfirmationMessage { get; }

    /// <summary>The Fluent UI icon.</summary>
    public string? IconName { get; }

    /// <summary>How the icon is drawn.</summary>
    public IconVariant? IconVariant { get; }

    /// <summary>Whether it has a button of its own.</summary>
    public bool IsHighlighted { get; }

    /// <summary>Who may give it.</summary>
    public ResourceCommandVisibility Visibility { get; }

    internal ResourceCommandSnapshot Snapshot(CustomResourceSnapshot resource, IServiceProvider services)
        => new(Name, UpdateState(new() { ResourceSnapshot = resource, ServiceProvider = services }), DisplayName, DisplayDescription, Parameter, ConfirmationMessage, IconName, IconVariant, IsHighlighted)
        {
            Arguments = Arguments,
            Visibility = Visibility,
        };
}
