namespace XoeNovAi.ServiceDefaults;

/// <summary>Who this process is.</summary>
/// <param name="Service">The name of the service, e.g. <c>rag</c>.</param>
/// <param name="Instance">Which of its instances, e.g. <c>1</c>.</param>
public sealed record ServiceIdentity(string Service, string Instance);
