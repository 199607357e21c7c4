namespace Aspire.Hosting.Dashboard;

/// <summary>A link of a resource.</summary>
/// <param name="EndpointName">The endpoint it belongs to, if any.</param>
/// <param name="FullUrl">The address.</param>
/// <param name="IsInternal">Shown in the details only.</param>
/// <param name="IsInactive">Not shown until the resource runs.</param>
/// <param name="DisplayName">Shown instead of the address.</param>
/// <param name="SortOrder">Higher comes first.</param>
internal readonly record struct DashboardUrl(
    string? EndpointName,
    string FullUrl,
    bool IsInternal = false,
    bool IsInactive = false,
    string DisplayName = "",
    int SortOrder = 0);
