using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission;

/// <summary>Limits of connections and users. 0 turns a limit off.</summary>
internal sealed class LimitsOptions
{
    public const string SectionName = "Chat:Limits";

    /// <summary>Most bytes queued for one connection. 1 MiB is Centrifugo's default, and twice the largest answer.</summary>
    [Range(0, 1 << 30)]
    public int MaxQueuedBytes { get; set; } = 1 << 20;

    /// <summary>Longest time that one send to a client may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections of one user. The default is more than the devices of a person.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsPerUser { get; set; } = 20;

    /// <summary>Connections from one address, which may be an office's; with IPv6, from one /64 network. The address may open
    /// <see cref="Sockets.AddressSockets.SocketsPerConnection"/> times as many TCP connections.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsPerAddress { get; set; } = 200;

    /// <summary>Connections of the node. An idle one costs about 30 KB, a slow one up to <see cref="MaxQueuedBytes"/>.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsPerNode { get; set; } = 20_000;

    /// <summary>Writing calls of one user per second on average, over all its connections.</summary>
    [Range(0, int.MaxValue)]
    public int SendsPerSecond { get; set; } = 100;

    /// <summary>Writing calls of one user in one burst after a pause.</summary>
    [Range(0, int.MaxValue)]
    public int SendBurst { get; set; } = 200;

    /// <summary>Streams that one user may create per minute: a stream begins with the first message to a user or a room.</summary>
    [Range(0, int.MaxValue)]
    public int NewMailboxesPerMinute { get; set; } = 60;

    /// <summary>Topics that one connection may subscribe to. The default is Centrifugo's.</summary>
    [Range(0, int.MaxValue)]
    public int TopicsPerConnection { get; set; } = 128;

    /// <summary>Rooms of one user: each of its connections enters all of them.</summary>
    [Range(0, int.MaxValue)]
    public int RoomsPerUser { get; set; } = 1000;

    /// <summary>Wrong API keys per minute from one address; after them the server refuses every key from it. Too few to guess a key of 128 bits.</summary>
    [Range(0, int.MaxValue)]
    public int WrongKeysPerMinute { get; set; } = 10;

    /// <summary>Pings, unsolicited pongs and closes of a raw client per second. A healthy client sends a few per minute.</summary>
    [Range(0, int.MaxValue)]
    public int ControlFramesPerSecond { get; set; } = 100;

    /// <summary>Fragments of one raw frame. The default exceeds the bytes of a frame: only empty fragments reach it.</summary>
    [Range(0, int.MaxValue)]
    public int FragmentsPerMessage { get; set; } = 100_000;
}

[OptionsValidator]
internal sealed partial class LimitsOptionsValidator : IValidateOptions<LimitsOptions>;
