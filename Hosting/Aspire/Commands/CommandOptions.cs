using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command is shown and given.</summary>
public class CommandOptions
{
    /// <summary>What it does, in words.</summary>
    public string? Description { get; set; }

    /// <summary>What it is given; <see cref="Arguments"/> can be asked for.</summary>
    [Obsolete("Describe what a command takes with Arguments, and read it in ExecuteCommandContext.Arguments.")]
    public object? Parameter { get; set; }

    /// <summary>What whoever gives it is asked for.</summary>
    [Experimental("ASPIREINTERACTION001")]
    public IReadOnlyList<InteractionInput> Arguments { get; set; } = [];

    /// <summary>Refuses what was given.</summary>
    [Experimental("ASPIREINTERACTION001")]
    public Func<InputsDialogValidationContext, Task>? ValidateArguments { get; set; }

    /// <summary>What is asked before.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>The Fluent UI icon.</summary>
    public string? IconName { get; set; }

    /// <summary>How the icon is drawn.</summary>
    public IconVariant? IconVariant { get; set; }

    /// <summary>Whether it has a button of its own.</summary>
    public bool IsHighlighted { get; set; }

    /// <summary>Who may give it. Everybody by default.</summary>
    public ResourceCommandVisibility Visibility { get; set; } = ResourceCommandVisibility.UI | ResourceCommandVisibility.Api;

    /// <summary>Whether it can be given; always by default.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }
}
