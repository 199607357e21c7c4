using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting;

/// <summary>Answers that can be refused.</summary>
[Experimental("ASPIREINTERACTION001")]
public sealed class InputsDialogValidationContext
{
    private readonly List<string> _errors = [];

    /// <summary>The answers.</summary>
    public required InteractionInputCollection Inputs { get; init; }

    /// <summary>The application's services.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>Ends the validation.</summary>
    public required CancellationToken CancellationToken { get; init; }

    internal IReadOnlyList<string> Errors => _errors;

    /// <summary>Refuses an answer.</summary>
    /// <param name="input">What was asked for.</param>
    /// <param name="errorMessage">Why.</param>
    public void AddValidationError(InteractionInput input, string errorMessage) => AddValidationError(input.Name, errorMessage);

    /// <summary>Refuses an answer.</summary>
    /// <param name="inputName">What was asked for.</param>
    /// <param name="errorMessage">Why.</param>
    public void AddValidationError(string inputName, string errorMessage) => _errors.Add($"{inputName}: {errorMessage}");
}
