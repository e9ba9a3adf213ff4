using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Asks for what was missed.</summary>
/// <param name="Positions">Stream → last position the client holds. A stream left out starts at its confirmed position.</param>
public sealed record ResumeRequest(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string?>? Positions = null)
{
    /// <summary>The number of positions, not the positions.</summary>
    public override string ToString() => $"resume {Positions?.Count ?? 0} positions";
}
