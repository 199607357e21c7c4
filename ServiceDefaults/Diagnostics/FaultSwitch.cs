namespace XoeNovAi.ServiceDefaults.Diagnostics;

internal sealed class FaultSwitch
{
    private volatile FaultState _current = FaultState.None;

    public FaultState Current
    {
        get => _current;
        set => _current = value;
    }
}
