using System.Diagnostics;
using XoeNovAi.Report.Pages;
using XoeNovAi.Report.Runs;

const string Usage = """
    Usage: dotnet run --project eng/report -- [--open] [--list] [RUN]

    Writes the report of the last run of the tests again and says where it is; RUN is the name of another one.

      --open   opens it in the browser
      --list   the runs there are, the newest first
      --help   this text
    """;

if (args.Any(static a => a is "--help" or "-h"))
{
    Console.WriteLine(Usage);
    return 0;
}

if (args.FirstOrDefault(static a => a.StartsWith('-') && a is not ("--open" or "--list")) is { } unknown)
{
    Console.Error.WriteLine($"There is no option '{unknown}'.{Environment.NewLine}{Usage}");
    return 2;
}

var runs = RunFolder.All(RunFolder.Repository(AppContext.BaseDirectory));
if (args.Contains("--list"))
{
    foreach (var name in runs.Select(Path.GetFileName))
    {
        Console.WriteLine(name);
    }

    return 0;
}

var wanted = args.FirstOrDefault(static a => !a.StartsWith('-'));
if (runs.FirstOrDefault(r => wanted is null || Path.GetFileName(r) == wanted) is not { } run)
{
    Console.Error.WriteLine(wanted is null ? "No run has left a report yet: type dotnet test." : $"There is no run '{wanted}'; --list says which there are.");
    return 1;
}

Console.WriteLine(RunReport.Write(run));
if (args.Contains("--open"))
{
    try
    {
        using var browser = Process.Start(new ProcessStartInfo(RunFolder.PageOf(run)) { UseShellExecute = true });
    }
    catch (System.ComponentModel.Win32Exception)
    {
        Console.Error.WriteLine("There is nothing here that opens a page; open the file yourself.");
        return 1;
    }
}

return 0;
