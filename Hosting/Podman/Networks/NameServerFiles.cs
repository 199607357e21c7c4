namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>
/// The files from which aardvark-dns, Podman's name server, answers: one for each network, named after it, whose first line
/// has the addresses it is asked at. A file that outlives its network is answered from in the next one with its addresses.
/// </summary>
internal static class NameServerFiles
{
    /// <summary>Looks whether names on new networks would be answered from another's file.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="made">The networks.</param>
    /// <exception cref="DistributedApplicationException">They would.</exception>
    public static void Check(string folder, IReadOnlyList<MadeNetwork> made)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var network in made.Where(static n => n.Gateway is not null))
        {
            var other = Directory.EnumerateFiles(folder)
                .FirstOrDefault(file => made.All(m => m.Name != Path.GetFileName(file)) && AddressesOf(file).Contains(network.Gateway, StringComparer.Ordinal));
            if (other is not null)
            {
                throw new DistributedApplicationException(
                    $"Names on the network '{network.Name}' would be answered from what an earlier network, '{Path.GetFileName(other)}', has left behind in '{folder}'. Remove that file and end the process aardvark-dns, or run eng/doctor, which names all such leftovers.");
            }
        }
    }

    private static string[] AddressesOf(string file)
    {
        try
        {
            return (File.ReadLines(file).FirstOrDefault() ?? string.Empty).Split(' ')[0].Split(',');
        }
        catch (IOException)
        {
            // Removed meanwhile.
            return [];
        }
    }
}
