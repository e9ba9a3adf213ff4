using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission;

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

    /// <summary>Connections of one user: more devices than anybody has.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsPerUser { get; set; } = 20;

    /// <summary>Connections from one address (with IPv6: from one /64 network), behind which may be an office. And four times as many TCP connections.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsPerAddress { get; set; } = 200;

    /// <summary>Connections in all. An idle one costs some 30 KB, a slow one up to <see cref="MaxQueuedBytes"/>.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsPerNode { get; set; } = 20_000;

    /// <summary>What one user may send in a second in the long run, over all its connections.</summary>
    [Range(0, int.MaxValue)]
    public int SendsPerSecond { get; set; } = 100;

    /// <summary>What one user may send at once after a pause.</summary>
    [Range(0, int.MaxValue)]
    public int SendBurst { get; set; } = 200;

    /// <summary>Users who were never heard of, and rooms in which nothing was said, that one user may be the first to write to in a minute: for
    /// each there is a stream from then on.</summary>
    [Range(0, int.MaxValue)]
    public int NewMailboxesPerMinute { get; set; } = 60;

    /// <summary>Topics that one connection may subscribe to. As many as Centrifugo allows.</summary>
    [Range(0, int.MaxValue)]
    public int TopicsPerConnection { get; set; } = 128;

    /// <summary>Rooms that one user may be in: each of its connections enters them all.</summary>
    [Range(0, int.MaxValue)]
    public int RoomsPerUser { get; set; } = 1000;

    /// <summary>Wrong API keys that one address may present in a minute before it is not listened to; nobody guesses one of 128 bits so.</summary>
    [Range(0, int.MaxValue)]
    public int WrongKeysPerMinute { get; set; } = 10;

    /// <summary>Pings, pongs that nobody asked for, and closes that a raw client may send in a second. A healthy one sends a few a minute.</summary>
    [Range(0, int.MaxValue)]
    public int ControlFramesPerSecond { get; set; } = 100;

    /// <summary>Fragments of one raw frame. More than a frame has bytes: only empty ones reach it.</summary>
    [Range(0, int.MaxValue)]
    public int FragmentsPerMessage { get; set; } = 100_000;
}

[OptionsValidator]
internal sealed partial class LimitsOptionsValidator : IValidateOptions<LimitsOptions>;
