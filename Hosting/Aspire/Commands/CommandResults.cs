namespace Aspire.Hosting.ApplicationModel;

/// <summary>Makes results of commands.</summary>
public static class CommandResults
{
    /// <summary>It did what it should.</summary>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>It did what it should.</summary>
    /// <param name="message">What it says.</param>
    public static ExecuteCommandResult Success(string message) => new() { Success = true, Message = message };

    /// <summary>It did what it should, and gives something back.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="result">What it gives back.</param>
    /// <param name="resultFormat">What that is.</param>
    public static ExecuteCommandResult Success(string message, string result, CommandResultFormat resultFormat = CommandResultFormat.Text)
        => Success(message, new CommandResultData { Value = result, Format = resultFormat });

    /// <summary>It did what it should, and gives something back.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="result">What it gives back.</param>
    /// <param name="resultFormat">What that is.</param>
    /// <param name="displayImmediately">Whether it is shown without being asked for.</param>
    public static ExecuteCommandResult Success(string message, string result, CommandResultFormat resultFormat, bool displayImmediately)
        => Success(message, new CommandResultData { Value = result, Format = resultFormat, DisplayImmediately = displayImmediately });

    /// <summary>It did what it should, and gives something back.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="value">What it gives back.</param>
    public static ExecuteCommandResult Success(string message, CommandResultData value) => new() { Success = true, Message = message, Data = value };

    /// <summary>It did not.</summary>
    /// <param name="errorMessage">Why.</param>
    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage, ErrorMessage = errorMessage };

    /// <summary>It did not, and gives something back.</summary>
    /// <param name="errorMessage">Why.</param>
    /// <param name="result">What it gives back.</param>
    /// <param name="resultFormat">What that is.</param>
    public static ExecuteCommandResult Failure(string errorMessage, string result, CommandResultFormat resultFormat = CommandResultFormat.Text)
        => Failure(errorMessage, new CommandResultData { Value = result, Format = resultFormat });

    /// <summary>It did not, and gives something back.</summary>
    /// <param name="errorMessage">Why.</param>
    /// <param name="value">What it gives back.</param>
    public static ExecuteCommandResult Failure(string errorMessage, CommandResultData value) => new() { Success = false, Message = errorMessage, ErrorMessage = errorMessage, Data = value };

    /// <summary>It did not.</summary>
    /// <param name="exception">Why.</param>
    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception.Message);

    /// <summary>It was ended before.</summary>
    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };
}
