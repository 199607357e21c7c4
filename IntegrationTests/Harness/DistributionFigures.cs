namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>A distribution in figures, in milliseconds.</summary>
internal sealed record DistributionFigures(int Count, double Least, double P50, double P90, double P99, double Most);
