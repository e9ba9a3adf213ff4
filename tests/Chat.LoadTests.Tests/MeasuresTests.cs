using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;

namespace Chat.LoadTests.Tests;

public sealed class MeasuresTests
{
    [Fact]
    public void Latency_CountsFromTheDueTime()
    {
        var measures = new Measures();
        measures.Record(true);

        measures.Arrived(Clock.Now - Clock.FromSeconds(2));

        Measures.Quantile(measures.Latency, 100).Should().BeGreaterThanOrEqualTo(1_990);
    }

    [Fact]
    public void Arrival_BeforeRecording_CountsWithoutLatency()
    {
        var measures = new Measures();

        measures.Arrived(Clock.Now);

        measures.Delivered.Should().Be(1);
        measures.Latency.TotalCount.Should().Be(0);
    }

    [Fact]
    public void NumberInPlaceOfAStamp_HasNoLatency()
    {
        var measures = new Measures();
        measures.Record(true);

        measures.Arrived(7);

        measures.Latency.TotalCount.Should().Be(0);
    }

    [Fact]
    public void Refusal_IsNoReceipt()
    {
        var measures = new Measures();
        measures.Record(true);

        measures.Answered(Clock.Now, isRefusal: true);
        measures.Answered(Clock.Now, isRefusal: false);

        (measures.Refused, measures.ReceiptLatency.TotalCount).Should().Be((1, 1));
    }
}
