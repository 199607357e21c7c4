namespace XoeNovAi.Hosting.Publishing.Output;

/// <summary>A file that is published.</summary>
/// <param name="Path">Where in the output.</param>
/// <param name="Content">What is in it.</param>
/// <param name="IsExecutable">Whether it can be run.</param>
internal sealed record OutputFile(string Path, string Content, bool IsExecutable = false);
