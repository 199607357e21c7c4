namespace XoeNovAi.Rag.Rooms;

/// <summary>Who is connected to this instance.</summary>
internal sealed record RoomStats(int TotalConnections, int TotalRooms, IReadOnlyDictionary<string, int> Rooms, IReadOnlyList<string> AgentsConnected, int ActiveStreams);
