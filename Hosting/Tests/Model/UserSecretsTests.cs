using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.UserSecrets;
using Microsoft.Extensions.Configuration;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class UserSecretsTests
{
    private string _folder = null!;

    private string FilePath => Path.Combine(_folder, "id", "secrets.json");

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory("user-secrets-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_generated_value_is_the_same_in_the_next_run()
    {
        var first = Generate(new ConfigurationManager());
        var next = new ConfigurationManager();
        next.AddJsonFile(FilePath);

        Assert.AreEqual(first, next["Parameters:password"]);
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath), "Nobody else may read it.");
    }

    [TestMethod]
    public void What_was_there_stays_and_what_is_forgotten_goes()
    {
        var secrets = new UserSecretsFile(FilePath);
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, """{ "Nested": { "Key": "kept" } /* by hand */ }""");

        Assert.IsTrue(secrets.TrySetSecret("Parameters:a", "1"));
        Assert.IsTrue(secrets.TrySetSecret("Parameters:b", "2"));
        Assert.IsTrue(secrets.TryDeleteSecret("Parameters:a"));

        var content = JsonNode.Parse(File.ReadAllText(FilePath))!.AsObject();
        string[] expected = ["Nested:Key", "Parameters:b"];
        CollectionAssert.AreEqual(expected, content.Select(static p => p.Key).ToArray());
    }

    [TestMethod]
    public void Without_user_secrets_a_value_is_made_for_the_run()
    {
        using var builder = Values.Builder();
        var parameter = builder.AddParameter("password", new GenerateParameterDefault(), secret: true, persist: true);

        Assert.IsFalse(builder.UserSecretsManager.IsAvailable);
        Assert.AreNotEqual(string.Empty, parameter.Resource.Value);
    }

    private string Generate(ConfigurationManager configuration)
        => new UserSecretsParameterDefault("password", new GenerateParameterDefault { MinLength = 30 }, new UserSecretsFile(FilePath), configuration).GetDefaultValue();
}
