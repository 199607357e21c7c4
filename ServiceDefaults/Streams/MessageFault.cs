using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using StackExchange.Redis;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Whose fault it was that a message was not handled. Only the message's own counts as a try.</summary>
internal static class MessageFault
{
    /// <summary>
    /// What the message itself did wrong: what its handler says so of, and what PostgreSQL refuses for the data's sake (class 22, data
    /// exception, and 23, integrity constraint). The list is of these on purpose: an error nobody has thought of buries nothing.
    /// </summary>
    public static bool IsOwn(Exception exception) => exception is InvalidStreamMessageException or PostgresException { SqlState: ['2', '2' or '3', ..] };

    /// <summary>What a store did: the next message would fare no better. Anything else is a defect of the handler, which only some messages meet.</summary>
    public static bool IsDependencys(Exception exception) =>
        exception is DbException or RedisException or TimeoutException or IOException or SocketException or OperationCanceledException;
}
