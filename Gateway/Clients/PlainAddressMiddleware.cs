namespace XoeNovAi.Gateway.Clients;

/// <summary>Writes an IPv4 address as one where the listener takes both kinds and shows <c>::ffff:10.0.0.1</c>.</summary>
internal sealed class PlainAddressMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped)
        {
            context.Connection.RemoteIpAddress = mapped.MapToIPv4();
        }

        return next(context);
    }
}
