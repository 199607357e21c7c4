using System.Net;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.AppHost.Data.Redis;

/// <summary>
/// Addresses of the members that stay the same, and that they know of each other: a Sentinel that had to ask for the name of one which
/// has ended would stand still until it is told that nobody has it.
/// </summary>
/// <param name="network">Where they are.</param>
/// <param name="members">Their names.</param>
internal sealed class RedisAddresses(PodmanNetworkResource network, IReadOnlyList<string> members)
{
    // From the end, as Podman gives out addresses from the beginning.
    private const int Above = 16;

    /// <summary>What Podman is told for one of them.</summary>
    public async Task AddToAsync(string member, ContainerRuntimeArgsCallbackContext context)
    {
        var subnet = IPNetwork.Parse((await network.GetValueAsync(context.CancellationToken).ConfigureAwait(false))!);
        foreach (var (name, index) in members.Select(static (m, i) => (m, i)))
        {
            var address = AddressIn(subnet, index);
            context.Args.Add(name == member ? $"--ip={address}" : $"--add-host={name}:{address}");
        }
    }

    private static IPAddress AddressIn(IPNetwork subnet, int index)
    {
        var first = BitConverter.ToUInt32([.. subnet.BaseAddress.GetAddressBytes().Reverse()]);
        var last = first | (uint.MaxValue >> subnet.PrefixLength);
        return new([.. BitConverter.GetBytes(last - Above + (uint)index).Reverse()]);
    }
}
