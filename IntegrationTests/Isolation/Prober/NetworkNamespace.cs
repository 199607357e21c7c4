using System.ComponentModel;
using System.Runtime.InteropServices;

namespace XoeNovAi.Prober;

/// <summary>The network namespaces of other processes.</summary>
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x4000_0000;

    /// <summary>Moves the calling thread into a process's network namespace: the sockets it makes from then on are of that network.</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static void Enter(int processId)
    {
        using var link = File.OpenHandle($"/proc/{processId}/ns/net");
        if (SetNamespace(link.DangerousGetHandle().ToInt32(), CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"The network namespace of process {processId} could not be entered");
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);
}
