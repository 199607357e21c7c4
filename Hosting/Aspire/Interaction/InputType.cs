using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting;

/// <summary>What is asked for.</summary>
[Experimental("ASPIREINTERACTION001")]
public enum InputType
{
    /// <summary>A line of text.</summary>
    Text = 0,

    /// <summary>A line of text that is not shown.</summary>
    SecretText = 1,

    /// <summary>One of several.</summary>
    Choice = 2,

    /// <summary>Yes or no.</summary>
    Boolean = 3,

    /// <summary>A number.</summary>
    Number = 4,
}
