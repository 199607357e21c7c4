using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace XoeNovAi.ServiceDefaults.RequestIds;

internal static class RequestIdExtensions
{
    public static void AddRequestIds(this WebApplicationBuilder builder) =>
        builder.Services.AddTransient<IStartupFilter, RequestIdStartupFilter>();
}
