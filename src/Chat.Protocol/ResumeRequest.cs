using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Requests the missed messages of the caller's streams.</summary>
/// <param name="Positions">The client's last position by stream. An absent stream begins at its confirmed position.</param>
public sealed record ResumeRequest(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string?>? Positions = null)
{
    /// <summary>Returns the number of positions without the positions.</summary>
    public override string ToString() => $"resume {Positions?.Count ?? 0} positions";
}
