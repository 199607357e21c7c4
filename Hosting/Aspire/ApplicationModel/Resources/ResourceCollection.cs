using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <inheritdoc />
internal sealed class ResourceCollection : Collection<IResource>, IResourceCollection
{
    public bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource)
    {
        resource = this.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase));
        return resource is not null;
    }

    protected override void InsertItem(int index, IResource item)
    {
        RefuseTwin(item, except: -1);
        base.InsertItem(index, item);
    }

    protected override void SetItem(int index, IResource item)
    {
        RefuseTwin(item, except: index);
        base.SetItem(index, item);
    }

    private void RefuseTwin(IResource item, int except)
    {
        for (var i = 0; i < Count; i++)
        {
            if (i != except && string.Equals(this[i].Name, item.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw new DistributedApplicationException(
                    $"Cannot add resource of type '{item.GetType()}' with name '{item.Name}' because resource of type '{this[i].GetType()}' with that name already exists. Resource names are case-insensitive.");
            }
        }
    }
}
