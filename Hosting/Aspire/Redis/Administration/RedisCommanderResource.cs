using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Redis;

/// <summary>Redis Commander in a container: a web page that shows every Redis of the application.</summary>
/// <param name="name">Its name.</param>
public class RedisCommanderResource(string name) : ContainerResource(name);
