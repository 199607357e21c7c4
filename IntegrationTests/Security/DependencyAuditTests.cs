using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>
/// A package that is known to be vulnerable fails the build. Who publishes advisories is the user's package source; here it is a server of the
/// test, that says it of a package the project uses, with the settings of this checkout.
/// </summary>
[TestClass]
public sealed class DependencyAuditTests
{
    private const string Package = "Polly.Core";
    private readonly string _folder = Directory.CreateTempSubdirectory("xoe-novai-audit-").FullName;

    public required TestContext TestContext { get; set; }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Scenario("SEC-06")]
    [DataRow("(,99.0.0)", true, ArgumentsDisplayName = "the version in use is")]
    [DataRow("(,0.0.1)", false, ArgumentsDisplayName = "an older version was")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_package_with_an_advisory_fails_the_restore_of_a_project_here(string versions, bool fails)
    {
        await using var advisories = await AdvisoriesAsync(versions, TestContext.CancellationToken);
        var source = advisories.Urls.Single();
        foreach (var settings in new[] { "Directory.Build.props", "Directory.Packages.props" })
        {
            File.Copy(Path.Combine(Repository.Root, settings), Path.Combine(_folder, settings));
        }

        await File.WriteAllTextAsync(
            Path.Combine(_folder, "Audited.csproj"), $"""<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="{Package}" /></ItemGroup></Project>""", TestContext.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "NuGet.config"),
            $"""<configuration><auditSources><clear /><add key="advisories" value="{source}/index.json" allowInsecureConnections="true" /></auditSources></configuration>""",
            TestContext.CancellationToken);

        var (code, output) = await RestoreAsync(TestContext.CancellationToken);
        Assert.AreEqual(fails, code != 0, output);
        Assert.AreEqual(fails, output.Contains("error NU1903", StringComparison.Ordinal) && output.Contains(Package, StringComparison.Ordinal), output);
    }

    private async Task<(int Code, string Output)> RestoreAsync(CancellationToken cancellationToken)
    {
        using var restore = Process.Start(new ProcessStartInfo("dotnet", ["restore", "--no-http-cache"]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = restore.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = restore.StandardError.ReadToEndAsync(cancellationToken);
            await restore.WaitForExitAsync(cancellationToken);
            return (restore.ExitCode, await output + await error);
        }
        finally
        {
            if (!restore.HasExited)
            {
                restore.Kill(entireProcessTree: true);
            }
        }
    }

    // What a NuGet server has of advisories: its index names the resource, that names pages, and a page names packages.
    private static async Task<WebApplication> AdvisoriesAsync(string versions, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var id = Package.ToLowerInvariant();
        server.Run(context => context.Request.Path.Value switch
        {
            "/index.json" => Results.Json(new Dictionary<string, object>
            {
                ["version"] = "3.0.0",
                ["resources"] = new[] { new Dictionary<string, string> { ["@id"] = $"{server.Urls.Single()}/vulnerabilities.json", ["@type"] = "VulnerabilityInfo/6.7.0" } },
            }).ExecuteAsync(context),
            "/vulnerabilities.json" => Results.Json(new[] { new Dictionary<string, string> { ["@name"] = "base", ["@id"] = $"{server.Urls.Single()}/base.json", ["@updated"] = "2026-01-01T00:00:00Z" } }).ExecuteAsync(context),
            "/base.json" => Results.Json(new Dictionary<string, object> { [id] = new[] { new { url = "https://example.test/advisory", severity = 2, versions } } }).ExecuteAsync(context),
            _ => Results.NotFound().ExecuteAsync(context),
        });
        await server.StartAsync(cancellationToken);
        return server;
    }
}
