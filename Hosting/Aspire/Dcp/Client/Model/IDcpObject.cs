using System.Text.Json.Serialization.Metadata;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>A kind of DCP object: how it is addressed and serialized.</summary>
internal interface IDcpObject<TSelf>
    where TSelf : DcpObject, IDcpObject<TSelf>
{
    /// <summary>The kind's name in URLs.</summary>
    static abstract string Plural { get; }

    static abstract string KindName { get; }

    static abstract JsonTypeInfo<TSelf> TypeInfo { get; }

    static abstract JsonTypeInfo<DcpList<TSelf>> ListTypeInfo { get; }
}
