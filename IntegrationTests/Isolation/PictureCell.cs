namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What a cell of the picture shows.</summary>
internal enum PictureCell
{
    /// <summary>Kept apart, as declared.</summary>
    Apart,

    /// <summary>Reached, as declared.</summary>
    Reached,

    /// <summary>Not as declared.</summary>
    Wrong,

    /// <summary>A container's own address.</summary>
    Own,
}
