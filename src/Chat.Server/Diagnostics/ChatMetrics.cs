using System.Diagnostics.Metrics;
using Chat.Protocol;

namespace Chat.Server.Diagnostics;

/// <summary>What operators count.</summary>
internal sealed class ChatMetrics
{
    public const string MeterName = "Chat.Server";

    private readonly Counter<long> refused, slowCloses;

    public ChatMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        refused = meter.CreateCounter<long>("chat.refused", "{request}", "Refusals, by code.");
        slowCloses = meter.CreateCounter<long>("chat.slow_close", "{connection}", "Connections ended because they read too slowly, by kind.");
    }

    public void Refused(ChatError error) => refused.Add(1, new KeyValuePair<string, object?>("code", error.Code));

    /// <param name="kind"><c>hub</c> or <c>raw</c>.</param>
    public void SlowClose(string kind) => slowCloses.Add(1, new KeyValuePair<string, object?>("kind", kind));
}
