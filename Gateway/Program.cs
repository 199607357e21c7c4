using System.Net.Mime;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using XoeNovAi.Gateway.Errors;
using XoeNovAi.Gateway.Forwarding;
using XoeNovAi.Gateway.Headers;
using XoeNovAi.Gateway.Routing;
using XoeNovAi.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();

var gateway = GatewayOptionsReader.Read(builder.Configuration);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = gateway.MaximumBodyBytes;
    kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
});
builder.Services.AddSingleton(gateway);
builder.Services.AddHostedService<UnreadableRequestAnswers>();
builder.Services.AddSingleton<ConsulProxyConfigProvider>();
builder.Services.AddSingleton<IProxyConfigProvider>(services => services.GetRequiredService<ConsulProxyConfigProvider>());
builder.Services.AddHostedService(services => services.GetRequiredService<ConsulProxyConfigProvider>());
builder.Services.AddReverseProxy()
    .AddTransforms<VerbatimTransforms>();
builder.Services.AddSingleton<IForwarderHttpClientFactory, GatewayHttpClientFactory>();
builder.Services.RemoveKeyRing();

var app = builder.Build();
app.UseMiddleware<SecurityHeadersMiddleware>();
app.UseMiddleware<ErrorMiddleware>();
app.UseMiddleware<DotSegmentMiddleware>();
app.Map("/health", context =>
{
    context.Response.ContentType = MediaTypeNames.Application.Json;
    return context.Response.WriteAsync("""{"status":"healthy"}""", context.RequestAborted);
});
app.MapReverseProxy(proxy =>
{
    proxy.UseMiddleware<ForwardingErrorMiddleware>();
    proxy.UseSessionAffinity();
    proxy.UseMiddleware<RetryMiddleware>();
    proxy.UseLoadBalancing();
});
app.MapDefaultEndpoints();
await app.RunAsync();
