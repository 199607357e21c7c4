using System.Text;
using XoeNovAi.Hosting.Publishing.Description;

namespace XoeNovAi.Hosting.Publishing.Output;

/// <summary>The page that lies beside what is published.</summary>
internal static class Readme
{
    /// <summary>The page.</summary>
    public static OutputFile Of(IEnginePublisher publisher, DeployedModel model, IReadOnlyList<SecretEntry> secrets, string application)
    {
        var page = new StringBuilder();
        page.Append("# ").Append(application).Append(": ").AppendLine(publisher.Title).AppendLine();
        foreach (var step in publisher.Guide.Steps)
        {
            page.Append("- ").AppendLine(step);
        }

        if (model.Containers.Where(static c => c.BuiltOf is not null).DistinctBy(static c => c.Image).ToList() is { Count: > 0 } built)
        {
            page.AppendLine().AppendLine("## Images to be built first").AppendLine();
            foreach (var container in built)
            {
                page.Append("- `").Append(container.Image).Append("` of `").Append(Path.GetFileName(container.BuiltOf)).AppendLine("`");
            }
        }

        if (secrets.Count > 0)
        {
            page.AppendLine().AppendLine("## Secrets to be made first").AppendLine()
                .AppendLine("None is in these files. `${NAME}` stands for the value of a parameter, `${NAME_uri_encoded}` for the same percent-encoded; `secrets.json` has this list for tools.").AppendLine();
            foreach (var container in secrets.GroupBy(static s => s.Container, StringComparer.Ordinal))
            {
                page.Append("- `").Append(container.Key).Append("`: ").Append(publisher.Guide.Making(container.First())).AppendLine();
                foreach (var entry in container)
                {
                    page.Append("  - ").AppendLine(entry.Key is { } key ? $"`{key}` = `{entry.Template}`" : $"`{entry.FileKey}`: a certificate or key of your own, which it has as `{entry.Path}`");
                }
            }
        }

        page.AppendLine().AppendLine("## What is other than in `dotnet run`").AppendLine();
        foreach (var difference in publisher.Guide.Differences)
        {
            page.Append("- ").AppendLine(difference);
        }

        return new("README.md", page.ToString().ReplaceLineEndings("\n"));
    }
}
