namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>What whoever asked for something was told of it.</summary>
internal enum Outcome
{
    /// <summary>That it is done.</summary>
    Acknowledged,

    /// <summary>That it is not: there was an answer, with an error.</summary>
    Refused,

    /// <summary>Nothing, in the time there was. It may have been done, or still be.</summary>
    Unknown,
}
