namespace XoeNovAi.AppHost.Services;

/// <summary>How a service runs.</summary>
internal enum RunMode
{
    /// <summary>In a container, isolated.</summary>
    Container,

    /// <summary>As a process on the host, for the debugger.</summary>
    Process,

    /// <summary>Not at all: it is left out.</summary>
    None,
}
