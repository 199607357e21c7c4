namespace Aspire.Hosting.Dashboard;

/// <summary>A button of a resource.</summary>
internal sealed record DashboardCommand
{
    public required string Name { get; init; }

    public required string DisplayName { get; init; }

    public string? DisplayDescription { get; init; }

    /// <summary>Asked before the command is executed.</summary>
    public string? ConfirmationMessage { get; init; }

    /// <summary>Name of a Fluent icon.</summary>
    public string? IconName { get; init; }

    public bool IsIconFilled { get; init; }

    /// <summary>Shown as a button of its own, not only in the menu.</summary>
    public bool IsHighlighted { get; init; }

    public DashboardCommandState State { get; init; }
}
