using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Limits;

/// <summary>What a connection may cost. 0 turns a limit off.</summary>
internal sealed class LimitsOptions
{
    public const string SectionName = "Chat:Limits";

    /// <summary>Most bytes that wait for one reader. 1 MiB is what Centrifugo allows, and twice the largest answer.</summary>
    [Range(0, 1 << 30)]
    public int MaxQueuedBytes { get; set; } = 1 << 20;

    /// <summary>Longest time that one send to a reader may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pings, pongs that nobody asked for, and closes that a raw client may send in a second. A healthy one sends a few a minute.</summary>
    [Range(0, int.MaxValue)]
    public int ControlFramesPerSecond { get; set; } = 100;

    /// <summary>Fragments of one raw frame. More than a frame has bytes: only empty ones reach it.</summary>
    [Range(0, int.MaxValue)]
    public int FragmentsPerMessage { get; set; } = 100_000;
}

[OptionsValidator]
internal sealed partial class LimitsOptionsValidator : IValidateOptions<LimitsOptions>;
