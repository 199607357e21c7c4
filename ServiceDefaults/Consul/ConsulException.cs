namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>Consul refused, could not answer, or could not be reached in time.</summary>
internal sealed class ConsulException(string message, Exception? inner = null) : Exception(message, inner);
