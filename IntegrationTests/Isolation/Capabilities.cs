namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The kernel's capabilities.</summary>
internal static class Capabilities
{
    // By number, as linux/capability.h has them.
    private static readonly string[] Names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN",
        "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME",
        "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON",
        "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>Names what is in a set, as /proc shows it.</summary>
    public static IReadOnlyList<string> Of(string hexadecimal)
    {
        var set = Convert.ToUInt64(hexadecimal, 16);
        return [.. Enumerable.Range(0, sizeof(ulong) * 8).Where(i => (set & (1UL << i)) != 0).Select(static i => i < Names.Length ? Names[i] : $"{i}")];
    }
}
