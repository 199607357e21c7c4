using System.Collections.Concurrent;
using XoeNovAi.Rag.Streaming;

namespace XoeNovAi.Rag.Rooms;

/// <summary>The agents connected to this instance.</summary>
internal sealed class RoomRegistry(ActiveStreams streams)
{
    private readonly ConcurrentDictionary<RoomMember, byte> _members = new();

    public RoomStats Stats
    {
        get
        {
            var members = _members.Keys;
            var rooms = members.CountBy(static member => member.Room).ToDictionary();
            return new(members.Count, rooms.Count, rooms, [.. members.Select(static member => member.Agent).Order(StringComparer.Ordinal)], streams.Count);
        }
    }

    public void Add(RoomMember member) => _members.TryAdd(member, 0);

    public void Remove(RoomMember member) => _members.TryRemove(member, out _);

    /// <summary>Hands a message to everybody in a room but its sender.</summary>
    /// <returns>How many that were.</returns>
    public int Tell(string room, ReadOnlyMemory<byte> message, RoomMember? sender)
    {
        var told = 0;
        foreach (var member in _members.Keys)
        {
            if (member != sender && member.Room == room)
            {
                member.Tell(message);
                told++;
            }
        }

        return told;
    }
}

/// <summary>Who is connected to this instance.</summary>
internal sealed record RoomStats(int TotalConnections, int TotalRooms, IReadOnlyDictionary<string, int> Rooms, IReadOnlyList<string> AgentsConnected, int ActiveStreams);
