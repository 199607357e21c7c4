namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What came back from an address.</summary>
internal enum Answer
{
    /// <summary>Nothing: no way there, or no word from there.</summary>
    None,

    /// <summary>A refusal, which only who was reached can send.</summary>
    Refused,

    /// <summary>A connection, or a reply.</summary>
    Open,
}
