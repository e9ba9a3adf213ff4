namespace Chat.Server.Rooms;

/// <summary>Settings of rooms.</summary>
internal sealed class RoomOptions
{
    public const string SectionName = "Chat:Rooms";

    /// <summary>Whether every user may join every room. If false, only back ends add members.</summary>
    public bool Open { get; set; } = true;
}
