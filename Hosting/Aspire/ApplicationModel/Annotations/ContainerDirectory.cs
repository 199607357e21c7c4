namespace Aspire.Hosting.ApplicationModel;

/// <summary>A folder put into a container.</summary>
public sealed class ContainerDirectory : ContainerFileSystemItem
{
    /// <summary>What is in it.</summary>
    public IEnumerable<ContainerFileSystemItem> Entries { get; set; } = [];

    /// <summary>A file of the host, or what is in a folder of the host, as it goes into a container.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="searchPattern">The files that are taken, such as *.sql.</param>
    /// <param name="searchOptions">Whether folders in the folder are taken too.</param>
    /// <param name="updateItem">Changes each file and folder.</param>
    public static IEnumerable<ContainerFileSystemItem> GetFileSystemItemsFromPath(string path, string searchPattern = "*", SearchOption searchOptions = SearchOption.TopDirectoryOnly, Action<ContainerFileSystemItem>? updateItem = null)
    {
        var full = Path.GetFullPath(path);
        return File.Exists(full) ? [FileAt(full, updateItem)]
            : Directory.Exists(full) ? ItemsIn(full, searchPattern, searchOptions, updateItem)
            : throw new InvalidOperationException($"'{full}' does not exist.");
    }

    private static List<ContainerFileSystemItem> ItemsIn(string folder, string searchPattern, SearchOption searchOptions, Action<ContainerFileSystemItem>? updateItem)
    {
        var items = Directory.EnumerateFiles(folder, searchPattern).Order(StringComparer.Ordinal).Select(f => FileAt(f, updateItem)).ToList();
        if (searchOptions == SearchOption.AllDirectories)
        {
            foreach (var inner in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            {
                var entries = ItemsIn(inner, searchPattern, searchOptions, updateItem);
                if (entries.Count > 0)
                {
                    var item = new ContainerDirectory { Name = Path.GetFileName(inner), Entries = entries };
                    updateItem?.Invoke(item);
                    items.Add(item);
                }
            }
        }

        return items;
    }

    private static ContainerFileSystemItem FileAt(string path, Action<ContainerFileSystemItem>? updateItem)
    {
        var item = new ContainerFile { Name = Path.GetFileName(path), SourcePath = path };
        updateItem?.Invoke(item);
        return item;
    }
}
