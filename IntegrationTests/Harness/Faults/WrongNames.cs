using System.Globalization;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.IntegrationTests.Harness.Faults;

/// <summary>
/// Podman's name server gives a wrong address for a container of the stack, on one of its networks; all other networks of the user, which
/// the same server answers for, are left alone. Disposing puts it right.
/// </summary>
internal sealed class WrongNames : IAsyncDisposable
{
    private readonly Stack _stack;
    private readonly string _folder;
    private readonly string _file;
    private readonly string _container;
    private readonly (string Right, string Wrong) _addresses;

    private WrongNames(Stack stack, string folder, string file, string container, string right, string wrong)
    {
        _container = container;
        _stack = stack;
        _folder = folder;
        _file = file;
        _addresses = (right, wrong);
    }

    /// <summary>Has whoever asks for one resource find another.</summary>
    public static async Task<WrongNames> SetAsync(Stack stack, string network, string resource, string other, CancellationToken cancellationToken)
    {
        var folder = stack.Application.Services.GetRequiredService<PodmanEnvironment>().NamesFolder;
        var names = new WrongNames(
            stack,
            folder,
            Path.Combine(folder, stack.NetworkNameOf(network)),
            stack.ContainerIdOf(resource),
            await stack.AddressOnAsync(resource, network, cancellationToken),
            await stack.AddressOnAsync(other, network, cancellationToken));
        await names.ReplaceAsync(names._addresses.Right, names._addresses.Wrong);
        return names;
    }

    public async ValueTask DisposeAsync() => await ReplaceAsync(_addresses.Wrong, _addresses.Right);

    // A line for each container: its id, its address, its names.
    private async Task ReplaceAsync(string from, string to)
    {
        var lines = await File.ReadAllLinesAsync(_file);
        await File.WriteAllTextAsync(_file, string.Concat(lines.Select(l => $"{(l.StartsWith(_container, StringComparison.Ordinal) ? l.Replace($" {from} ", $" {to} ", StringComparison.Ordinal) : l)}\n")));
        var server = int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "aardvark.pid")), CultureInfo.InvariantCulture);
        await _stack.Podman.RunAsync(["unshare", "kill", "-HUP", $"{server}"], CancellationToken.None);
    }
}
