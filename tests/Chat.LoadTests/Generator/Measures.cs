using Chat.LoadTests.Native;
using HdrHistogram;

namespace Chat.LoadTests.Generator;

/// <summary>The counts of a generator. Totals grow from the start; histograms hold what was recorded since the last <see cref="Record"/>.
/// Histograms count tenths of a microsecond, up to an hour, with three digits.</summary>
internal sealed class Measures
{
    private const long Longest = 36_000_000_000;
    private const double PerMillisecond = 10_000;

    private bool isRecording;

    public long Sent { get; set; }

    /// <summary>Messages that arrived at their recipients; sent copies do not count.</summary>
    public long Delivered { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Connections that the server ended.</summary>
    public long ClosedByServer { get; set; }

    /// <summary>Time from the moment a message was due to its arrival.</summary>
    public LongHistogram Latency { get; } = new(Longest, 3);

    /// <summary>Time from the moment a message was due to its receipt.</summary>
    public LongHistogram ReceiptLatency { get; } = new(Longest, 3);

    /// <summary>Starts or ends recording. A start clears the histograms.</summary>
    public void Record(bool on)
    {
        if (on)
        {
            Latency.Reset();
            ReceiptLatency.Reset();
        }
        isRecording = on;
    }

    public void Arrived(long due)
    {
        Delivered++;
        if (isRecording && Stamp.IsTime(due))
            Latency.RecordValue(Since(due));
    }

    public void Answered(long due, bool isRefusal)
    {
        if (isRefusal)
            Refused++;
        else if (isRecording)
            ReceiptLatency.RecordValue(Since(due));
    }

    /// <summary>Counts a refusal that names no message.</summary>
    public void WasRefused() => Refused++;

    /// <summary>Returns a quantile in milliseconds; 0 if nothing was recorded.</summary>
    public static double Quantile(HistogramBase histogram, double percent) =>
        histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(percent) / PerMillisecond;

    private static long Since(long due) => Math.Clamp((Clock.Now - due) / 100, 0, Longest);
}
