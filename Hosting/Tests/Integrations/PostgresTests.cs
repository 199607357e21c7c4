using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using XoeNovAi.Hosting.Tests.Containers;
using XoeNovAi.Hosting.Tests.Model;

namespace XoeNovAi.Hosting.Tests.Integrations;

/// <summary>PostgreSQL as Aspire documents it, asked itself.</summary>
[TestClass]
public sealed class PostgresTests
{
    private const string Password = "of-this-test";
    private string _volume = null!;
    private string _scripts = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Prepare()
    {
        _volume = $"pg-{Guid.NewGuid():n}";
        _scripts = Directory.CreateTempSubdirectory("init-").FullName;
    }

    [TestCleanup]
    public async Task RemoveAsync()
    {
        Directory.Delete(_scripts, recursive: true);
        await Podman.RunAsync("volume", "rm", "-f", _volume);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Databases_are_created_scripts_have_run_and_connection_strings_lead_there()
    {
        await File.WriteAllTextAsync(Path.Combine(_scripts, "1.sql"), "CREATE TABLE init (word text);", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_scripts, "2.sql"), "INSERT INTO init VALUES ('hearth');", Cancelled);
        var port = FreePorts.Next();
        using var builder = DistributedApplicationTestingBuilder.Create("--DcpPublisher:RandomizePorts=false");
        var server = Add(builder).WithInitFiles(_scripts).WithHostPort(port).WithUserName(builder.AddParameter("user", "keeper"));
        server.AddDatabase("books", "library");
        server.AddDatabase("scripted").WithCreationScript("""CREATE DATABASE scripted CONNECTION LIMIT 3""");
        await using var application = await StartAsync(builder, "books", "scripted");

        Assert.AreEqual($"Host=localhost;Port={port.ToString(CultureInfo.InvariantCulture)};Username=keeper;Password={Password};Database=library", await application.GetConnectionStringAsync("books", Cancelled));
        Assert.AreEqual("library keeper", await AskAsync(application, "books", "SELECT current_database() || ' ' || current_user"));
        Assert.AreEqual("3", await AskAsync(application, "scripted", "SELECT datconnlimit::text FROM pg_database WHERE datname = current_database()"));
        Assert.AreEqual("hearth", await AskAsync(application, "pg", "SELECT word FROM init"), "The scripts run in the order of their names, in the user's own database.");
        Assert.DoesNotContain("does not exist", await application.LogAsync("pg", Cancelled), "No database is asked for before it has been created.");
    }

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task What_is_in_a_data_volume_is_there_in_the_next_run_whose_databases_exist_already()
    {
        await RunAsync(static (application, test) => test.AskAsync(application, "books", "CREATE TABLE kept AS SELECT 'still here' AS word; SELECT 'made'"));

        Assert.AreEqual("still here", await RunAsync(static (application, test) => test.AskAsync(application, "books", "SELECT word FROM kept")));

        async Task<string?> RunAsync(Func<DistributedApplication, PostgresTests, Task<string?>> ask)
        {
            using var builder = DistributedApplicationTestingBuilder.Create();
            Add(builder).WithDataVolume(_volume).AddDatabase("books");
            await using var application = await StartAsync(builder, "books");
            var answer = await ask(application, this);
            await application.StopAsync(Cancelled);
            return answer;
        }
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Its_health_is_asked_of_the_server_as_it_is_now()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        Add(builder);
        await using var application = await StartAsync(builder, "pg");

        // The check keeps what it has made of the connection string, but no connection.
        var id = await application.ContainerIdAsync("pg", Cancelled);
        await Podman.RunAsync("kill", "--signal", "STOP", id);
        await application.ResourceNotifications.WaitForResourceAsync("pg", static e => e.Snapshot.HealthStatus == HealthStatus.Unhealthy, Cancelled);
        await Podman.RunAsync("kill", "--signal", "CONT", id);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("pg", Cancelled);
    }

    [TestMethod]
    public void A_data_folder_of_the_host_is_mounted_where_the_server_keeps_its_data()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var mount = Add(builder).WithDataBindMount(_scripts, isReadOnly: true).Resource.Annotations.OfType<ContainerMountAnnotation>().Single();

        Assert.AreEqual((_scripts, "/var/lib/postgresql/data", ContainerMountType.BindMount, true), (mount.Source, mount.Target, mount.Type, mount.IsReadOnly));
    }

    [TestMethod]
    [DataRow("17.6", "/var/lib/postgresql/data")]
    [DataRow("18", "/var/lib/postgresql")]
    [DataRow("18.3-alpine", "/var/lib/postgresql")]
    [DataRow("latest", "/var/lib/postgresql/data")]
    public void Its_data_is_where_the_images_version_keeps_it(string tag, string folder)
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var mount = builder.AddPostgres("pg").WithImageTag(tag).WithDataVolume().Resource.Annotations.OfType<ContainerMountAnnotation>().Single();

        Assert.AreEqual(folder, mount.Target);
    }

    private static IResourceBuilder<PostgresServerResource> Add(IDistributedApplicationTestingBuilder builder)
        => builder.AddPostgres("pg", password: builder.AddParameter("password", Password, secret: true)).WithImage("localhost/xoe-novai/postgres", "15");

    private async Task<DistributedApplication> StartAsync(IDistributedApplicationTestingBuilder builder, params string[] healthy)
    {
        var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        foreach (var resource in healthy)
        {
            await application.ResourceNotifications.WaitForResourceHealthyAsync(resource, Cancelled);
        }

        return application;
    }

    private async Task<string?> AskAsync(DistributedApplication application, string resource, string question)
    {
        await using var source = NpgsqlDataSource.Create($"{await application.GetConnectionStringAsync(resource, Cancelled)};Pooling=false");
        await using var command = source.CreateCommand(question);
        return (string?)await command.ExecuteScalarAsync(Cancelled);
    }
}
