using Aspire.Hosting.Execution;

namespace XoeNovAi.Hosting.Tests.Model;

/// <summary>Finds ports nobody listens on, and nobody is given without asking for it.</summary>
internal static class FreePorts
{
    public static int Next() => new LoopbackPorts().Next();
}
