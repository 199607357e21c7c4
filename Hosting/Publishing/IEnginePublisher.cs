using XoeNovAi.Hosting.Publishing.Description;
using XoeNovAi.Hosting.Publishing.Output;

namespace XoeNovAi.Hosting.Publishing;

/// <summary>Translates what is deployed for one engine.</summary>
internal interface IEnginePublisher
{
    /// <summary>What it is called on the command line, and its folder in the output.</summary>
    string Name { get; }

    /// <summary>What it writes.</summary>
    string Title { get; }

    /// <summary>What the README of the output says of this engine.</summary>
    EngineGuide Guide { get; }

    /// <summary>The files.</summary>
    /// <param name="model">What is deployed.</param>
    /// <param name="application">The application's name.</param>
    /// <exception cref="PublishingException">The engine cannot express something of it.</exception>
    IEnumerable<OutputFile> Translate(DeployedModel model, string application);
}

/// <summary>What is said of an engine beside its files.</summary>
/// <param name="Steps">How it is deployed.</param>
/// <param name="Making">How one secret or file is made.</param>
/// <param name="Differences">What is other than on this machine.</param>
internal sealed record EngineGuide(IReadOnlyList<string> Steps, Func<SecretEntry, string> Making, IReadOnlyList<string> Differences);
