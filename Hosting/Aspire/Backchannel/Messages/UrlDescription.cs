using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Backchannel;

/// <summary>An address of a resource.</summary>
internal sealed record UrlDescription(string Name, string Url, bool IsInternal, UrlDisplayPropertiesSnapshot DisplayProperties);
