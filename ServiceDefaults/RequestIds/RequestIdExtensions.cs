using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using XoeNovAi.ServiceDefaults.Middleware;

namespace XoeNovAi.ServiceDefaults.RequestIds;

internal static class RequestIdExtensions
{
    public static void AddRequestIds(this WebApplicationBuilder builder) =>
        builder.Services.AddTransient<IStartupFilter, FirstMiddleware<RequestIdMiddleware>>();
}
