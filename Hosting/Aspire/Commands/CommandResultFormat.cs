namespace Aspire.Hosting.ApplicationModel;

/// <summary>What the value of a command is.</summary>
public enum CommandResultFormat
{
    /// <summary>Text.</summary>
    Text = 0,

    /// <summary>JSON.</summary>
    Json = 1,

    /// <summary>Markdown.</summary>
    Markdown = 2,
}
