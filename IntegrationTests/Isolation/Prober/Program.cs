// Knocks at addresses from inside the networks of other processes. Standard input: a line with the patience in
// milliseconds, a line with the processes, and a line for each target. Standard output: a line for each answer, with
// the process, the number of the target, the answer and the reason. With the arguments process, port to listen on, port
// to hand on to and milliseconds it delays what comes to a port of that process's network instead.
using System.Globalization;
using XoeNovAi.Prober;

if (args is [var process, var listen, var port, var delay])
{
    Delayer.Serve(
        int.Parse(process, CultureInfo.InvariantCulture),
        int.Parse(listen, CultureInfo.InvariantCulture),
        int.Parse(port, CultureInfo.InvariantCulture),
        TimeSpan.FromMilliseconds(int.Parse(delay, CultureInfo.InvariantCulture)));
}

var patience = TimeSpan.FromMilliseconds(int.Parse(Console.ReadLine()!, CultureInfo.InvariantCulture));
var processes = Console.ReadLine()!.Split(' ').Select(static p => int.Parse(p, CultureInfo.InvariantCulture)).ToList();
var targets = new List<Target>();
while (Console.ReadLine() is { Length: > 0 } line)
{
    targets.Add(Target.Parse(line));
}

var answers = await Task.WhenAll(processes.Select(p => Source.ProbeAsync(p, targets, patience)));
var output = new StreamWriter(Console.OpenStandardOutput());
await using (output)
{
    foreach (var (source, answered) in processes.Zip(answers))
    {
        foreach (var (answer, number) in answered.Select(static (a, n) => (a, n)))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{source} {number} {answer.Word} {answer.Detail}"));
        }
    }
}
