using System.Text;

namespace XoeNovAi.Hosting.Publishing.Output;

/// <summary>A file that is published.</summary>
/// <param name="Path">Where in the output.</param>
/// <param name="Content">What is in it, as text.</param>
/// <param name="IsExecutable">Whether it can be run.</param>
internal sealed record OutputFile(string Path, string Content, bool IsExecutable = false)
{
    /// <summary>What is in it when it is no text.</summary>
    public byte[]? Bytes { get; private init; }

    /// <summary>A file with this in it, byte for byte.</summary>
    public static OutputFile Of(string path, byte[] content) => Utf8(content) is { } text ? new(path, text) : new(path, string.Empty) { Bytes = content };

    /// <summary>The text that these bytes are; null when they are none.</summary>
    public static string? Utf8(byte[] content)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
