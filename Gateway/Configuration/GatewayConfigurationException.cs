namespace XoeNovAi.Gateway.Configuration;

/// <summary>A setting is wrong. The message says where it is and what cures it.</summary>
internal sealed class GatewayConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
