namespace Aspire.Hosting.ApplicationModel;

/// <summary>Who may give a command.</summary>
[Flags]
public enum ResourceCommandVisibility
{
    /// <summary>Nobody but code.</summary>
    None = 0,

    /// <summary>The dashboard's user.</summary>
    UI = 1,

    /// <summary>The command line and other programs.</summary>
    Api = 2,
}
