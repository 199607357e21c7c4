using System.Text;

namespace Aspire.Hosting;

/// <summary>Takes a command line apart.</summary>
internal static class CommandLine
{
    /// <summary>The arguments a line has, as a shell would see them: quotes hold together, a backslash takes the meaning of a quote.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var arguments = new List<string>();
        var current = new StringBuilder();
        var (quoted, begun) = (false, false);
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '\\' when i + 1 < line.Length && line[i + 1] == '"':
                    current.Append(line[++i]);
                    begun = true;
                    break;
                case '"':
                    quoted = !quoted;
                    begun = true;
                    break;
                case var c when char.IsWhiteSpace(c) && !quoted:
                    End();
                    break;
                case var c:
                    current.Append(c);
                    begun = true;
                    break;
            }
        }

        End();
        return arguments;

        void End()
        {
            if (begun)
            {
                arguments.Add(current.ToString());
                current.Clear();
                begun = false;
            }
        }
    }
}
