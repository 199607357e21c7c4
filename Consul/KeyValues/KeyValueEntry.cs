namespace XoeNovAi.Consul.KeyValues;

/// <summary>A key with what Consul knows of it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value; null when that is empty.</param>
/// <param name="ModifyIndex">The index of its last change, by which a change is made only if there was none in between.</param>
/// <param name="Session">The session that holds it; null when none does.</param>
public sealed record KeyValueEntry(string Key, byte[]? Value, ulong ModifyIndex, string? Session);
