namespace XoeNovAi.Plant;

/// <summary>Faults cannot be planted; the message says why.</summary>
internal sealed class PlantException : Exception
{
    public PlantException()
    {
    }

    public PlantException(string message)
        : base(message)
    {
    }

    public PlantException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
