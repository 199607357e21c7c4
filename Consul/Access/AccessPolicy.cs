namespace XoeNovAi.Consul.Access;

/// <summary>What is allowed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rules">Rules in Consul's language, such as <c>key_prefix "rag/" { policy = "read" }</c>.</param>
public sealed record AccessPolicy(string Name, string Rules);
