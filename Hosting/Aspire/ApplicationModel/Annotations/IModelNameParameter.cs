namespace Aspire.Hosting.ApplicationModel;

/// <summary>Marks a parameter that takes a name of the model.</summary>
public interface IModelNameParameter;
