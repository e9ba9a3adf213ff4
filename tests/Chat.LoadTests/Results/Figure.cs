namespace Chat.LoadTests.Results;

/// <summary>The names of figures in results files. Latencies are in milliseconds, rates a second, shares in percent of one core.</summary>
internal static class Figure
{
    /// <summary>Messages that arrived at their recipients, a second.</summary>
    public const string Delivered = "deliveredPerSecond";

    public const string Sent = "sentPerSecond";
    public const string Refused = "refusedPerSecond";

    /// <summary>Connections that the server ended during the measurement.</summary>
    public const string Closed = "closed";

    /// <summary>Messages that had neither arrived nor been refused at the end.</summary>
    public const string Waiting = "waiting";

    public const string ServerCpu = "serverCpuPercent";

    /// <summary>Delivered messages for each second of the server's processor time.</summary>
    public const string PerCpuSecond = "deliveredPerCpuSecond";

    /// <summary>The server's processor time for a delivered message.</summary>
    public const string CpuMicroseconds = "cpuMicrosecondsPerMessage";

    public const string MemoryMegabytes = "memoryMegabytes";
    public const string GeneratorCpu = "generatorCpuPercent";
    public const string P50 = "p50";
    public const string P99 = "p99";
    public const string P999 = "p99.9";
    public const string Longest = "max";
    public const string ReceiptP50 = "receiptP50";
    public const string ReceiptP99 = "receiptP99";

    /// <summary>Managed bytes that the server allocated for a delivered message.</summary>
    public const string AllocatedBytes = "allocatedBytesPerMessage";

    public const string KilobytesPerConnection = "kilobytesPerConnection";

    /// <summary>Connections that were ready.</summary>
    public const string Ready = "connections";

    /// <summary>Values of a topic that were published, a second.</summary>
    public const string Published = "publishedPerSecond";

    /// <summary>From the kill to the listening server.</summary>
    public const string StartSeconds = "startSeconds";

    /// <summary>From the listening server to the last client that has all its messages.</summary>
    public const string RecoverySeconds = "recoverySeconds";

    /// <summary>Messages a second that a closed loop reached before the overload.</summary>
    public const string Capacity = "capacityPerSecond";

    public const string Offered = "offeredPerSecond";

    /// <summary>Memory at the end of the overload without that in its middle.</summary>
    public const string MemoryGrowth = "memoryGrowthMegabytes";

    /// <summary>Stored messages at the start of the measurement.</summary>
    public const string Stored = "storedMessages";
}
