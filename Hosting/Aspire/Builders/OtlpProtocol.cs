namespace Aspire.Hosting;

/// <summary>How telemetry is sent.</summary>
public enum OtlpProtocol
{
    /// <summary>Over gRPC.</summary>
    Grpc = 0,

    /// <summary>Over HTTP, as Protobuf.</summary>
    HttpProtobuf = 1,

    /// <summary>Over HTTP, as JSON.</summary>
    HttpJson = 2,
}
