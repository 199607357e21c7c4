using Microsoft.Testing.Platform.Builder;
using XoeNovAi.IntegrationTests;
using XoeNovAi.IntegrationTests.Portable;

// The entry point that MSTest would generate, but for XOENOVAI_ATTACH: attached to another stack, those tests run that any stack can be
// asked, and they begin only when such a stack answers.
try
{
    if (Attachment.FromEnvironment() is { } attachment)
    {
        await attachment.ProbeAsync(CancellationToken.None);
        args = [.. attachment.Narrow(args)];
    }
}
catch (AttachException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}

var builder = await TestApplication.CreateBuilderAsync(args);
builder.AddSelfRegisteredExtensions(args);
using var application = await builder.BuildAsync();
return await application.RunAsync();
