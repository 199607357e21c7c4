using System.Text;
using System.Threading.Channels;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>
/// Reads what a container writes from the file its monitor keeps, as it grows. A <c>podman logs --follow</c> for each
/// container would cost as much processor time as the start of the container.
/// </summary>
internal sealed class ContainerLog
{
    private readonly LogFolders _folders;
    private readonly string _path;
    private readonly Action<string, bool> _written;
    private readonly Channel<bool> _grown = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly StringBuilder _partialOutput = new();
    private readonly StringBuilder _partialError = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();

    /// <param name="folders">Tells when it has grown.</param>
    /// <param name="path">The file, which need not be there yet.</param>
    /// <param name="written">Told each line, and whether it was written to standard error.</param>
    public ContainerLog(LogFolders folders, string path, Action<string, bool> written)
    {
        _folders = folders;
        _path = path;
        _written = written;
    }

    /// <summary>Reads until cancelled, and then what is there.</summary>
    /// <param name="begin">How many bytes at its beginning are left out.</param>
    /// <param name="ended">Signalled when nothing more is written.</param>
    public async Task FollowAsync(long begin, CancellationToken ended)
    {
        using var watching = _folders.Watch(_path, Grown);
        FileStream? file = null;
        try
        {
            while (true)
            {
                var isLast = ended.IsCancellationRequested;
                if (file is null && File.Exists(_path))
                {
                    file = new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: false);
                    file.Seek(begin, SeekOrigin.Begin);
                }

                if (file is not null)
                {
                    await ReadAsync(file).ConfigureAwait(false);
                }

                if (isLast)
                {
                    TakePartial();
                    return;
                }

                try
                {
                    await _grown.Reader.ReadAsync(ended).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    // What came until then is read once more.
                }
            }
        }
        finally
        {
            if (file is not null)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private void Grown() => _grown.Writer.TryWrite(true);

    private async Task ReadAsync(FileStream file)
    {
        var characters = new char[_buffer.Length];
        int read;
        while ((read = await file.ReadAsync(_buffer, CancellationToken.None).ConfigureAwait(false)) > 0)
        {
            var count = _decoder.GetChars(_buffer, 0, read, characters, 0);
            foreach (var character in characters.AsSpan(0, count))
            {
                if (character == '\n')
                {
                    Take(_line.ToString());
                    _line.Clear();
                }
                else
                {
                    _line.Append(character);
                }
            }
        }
    }

    // TIME stdout|stderr F|P TEXT; a line in parts has P for all but its last.
    private void Take(string line)
    {
        if (line.Split(' ', 4) is not [_, ("stdout" or "stderr") and var stream, ("F" or "P") and var kind, var text])
        {
            return;
        }

        var isError = stream == "stderr";
        var partial = isError ? _partialError : _partialOutput;
        partial.Append(text);
        if (kind == "F")
        {
            _written(partial.ToString(), isError);
            partial.Clear();
        }
    }

    // What was written last may have had no end of its line.
    private void TakePartial()
    {
        foreach (var (partial, isError) in ((StringBuilder, bool)[])[(_partialOutput, false), (_partialError, true)])
        {
            if (partial.Length > 0)
            {
                _written(partial.ToString(), isError);
                partial.Clear();
            }
        }
    }
}
