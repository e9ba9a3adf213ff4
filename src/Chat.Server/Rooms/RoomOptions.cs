namespace Chat.Server.Rooms;

/// <summary>Who may join.</summary>
internal sealed class RoomOptions
{
    public const string SectionName = "Chat:Rooms";

    /// <summary>Whether everybody may join every room. False: only back ends add members.</summary>
    public bool Open { get; set; } = true;
}
