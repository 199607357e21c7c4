using System.Runtime.InteropServices;

namespace Aspire.Hosting.Health;

/// <summary>The C library's heap, in which the runtime compiles.</summary>
internal static class NativeHeap
{
    /// <summary>Gives back what is free in it. The C library keeps what a large method took to compile, Npgsql's for one: 10 to 15 MB.</summary>
    public static void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc: musl gives back by itself.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MallocTrim(nuint kept);
}
