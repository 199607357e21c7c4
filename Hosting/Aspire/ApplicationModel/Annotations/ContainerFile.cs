namespace Aspire.Hosting.ApplicationModel;

/// <summary>An ordinary file put into a container.</summary>
public sealed class ContainerFile : ContainerFileBase;
