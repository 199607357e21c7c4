using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard as a resource of the application it shows.</summary>
internal sealed class DashboardExecutable : ExecutableResource
{
    public const string ResourceName = "aspire-dashboard";
    private const string FrontendName = "http";
    private const string OtlpGrpcName = "otlp-grpc";
    private const string OtlpHttpName = "otlp-http";

    public DashboardExecutable(string path, DashboardOptions options)
        : base(ResourceName, path, Path.GetDirectoryName(path)!)
    {
        // Containers send it telemetry; the pages are for the host's browser only.
        Annotations.Add(Endpoint(FrontendName, options.FrontendPort, excluded: true));
        Annotations.Add(Endpoint(OtlpGrpcName, options.OtlpGrpcPort, excluded: false));
        Annotations.Add(Endpoint(OtlpHttpName, options.OtlpHttpPort, excluded: false));
    }

    public EndpointReference Frontend => this.GetEndpoint(FrontendName);

    public EndpointReference OtlpGrpc => this.GetEndpoint(OtlpGrpcName);

    public EndpointReference OtlpHttp => this.GetEndpoint(OtlpHttpName);

    private static EndpointAnnotation Endpoint(string name, int? port, bool excluded)
        => new(ProtocolType.Tcp, uriScheme: "http", name: name, port: port, isProxied: false) { ExcludeReferenceEndpoint = excluded };
}
