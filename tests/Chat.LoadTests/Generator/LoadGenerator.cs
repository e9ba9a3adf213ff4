using Chat.LoadTests.Native;
using Chat.LoadTests.Protocols;

namespace Chat.LoadTests.Generator;

/// <summary>Many client connections on one thread: epoll, non-blocking sockets and reused buffers. A message allocates nothing here, so that the
/// generator is faster than any measured server.</summary>
internal sealed class LoadGenerator : IDisposable
{
    // The generator reads events at least this often while it sends what is due.
    private const int MostSendsInARow = 256;
    private const int TimerData = -1;

    private readonly Protocol protocol;
    private readonly int port;
    private readonly int poller = Libc.Check(Libc.epoll_create1(0), "epoll_create1");
    private readonly EpollEvents events = new(512);
    private readonly WakeTimer timer = new();
    private readonly FrameSender sender;
    private readonly FrameReceiver receiver;
    private readonly List<Connection> connections = [];
    private long armedFor;
    private int nextSender;

    public LoadGenerator(Protocol protocol, int port)
    {
        (this.protocol, this.port) = (protocol, port);
        sender = new FrameSender(this);
        receiver = new FrameReceiver(this);
        EpollEvents.Add(poller, timer.Descriptor, Libc.EPOLLIN | Libc.EPOLLET, TimerData);
    }

    public Measures Measures { get; } = new();

    public IReadOnlyList<Connection> Connections => connections;

    /// <summary>Connections that have registered, and joined what they were to join.</summary>
    public int Ready { get; private set; }

    public ITraffic? Traffic { get; set; }

    /// <summary>The open loop; null in a closed loop.</summary>
    public Schedule? Schedule { get; set; }

    /// <summary>The number of connections that send in an open loop, from the first on.</summary>
    public int Senders { get; set; }

    /// <summary>Whether the server may end connections. Otherwise that is an error.</summary>
    public bool AllowsClose { get; set; }

    /// <summary>Opens connections until there are as many as <paramref name="count"/>, and waits until all are ready.</summary>
    /// <param name="atOnce">The number of connections that may be in their handshake at one time.</param>
    /// <param name="receiveBuffer">Returns the kernel's receive buffer of a connection in bytes; 0 leaves its default.</param>
    public void Connect(int count, int atOnce = 200, double limitSeconds = 180, Func<int, int>? receiveBuffer = null)
    {
        var end = Clock.Now + Clock.FromSeconds(limitSeconds);
        while (Ready < count)
        {
            while (connections.Count < count && connections.Count - Ready < atOnce)
                Open(receiveBuffer?.Invoke(connections.Count) ?? 0);
            RunUntil(Clock.Now + 1_000_000);
            if (Clock.Now > end)
                throw new TimeoutException($"Only {Ready} of {count} connections became ready within {limitSeconds} s.");
        }
    }

    /// <summary>Handles events, and sends what is due, for a time.</summary>
    public void RunFor(double seconds) => RunUntil(Clock.Now + Clock.FromSeconds(seconds));

    public void RunUntil(long end)
    {
        for (long now; (now = Clock.Now) < end;)
        {
            var (wake, sendsMore) = (end, false);
            if (Schedule is { } schedule)
            {
                sendsMore = SendDue(schedule, now);
                wake = Math.Min(end, schedule.NextDue);
            }
            HandleEvents(sendsMore ? 0 : wake);
        }
    }

    /// <summary>Runs until a condition holds. Returns false if it did not within the time.</summary>
    public bool RunUntil(Func<bool> condition, double limitSeconds)
    {
        for (var end = Clock.Now + Clock.FromSeconds(limitSeconds); !condition();)
        {
            if (Clock.Now > end)
                return false;
            RunUntil(Clock.Now + 1_000_000);
        }
        return true;
    }

    /// <summary>Sends a connection's message. It leaves when the current event is handled, together with others of the connection.</summary>
    /// <param name="stamp">The time at which the message was due, or a number.</param>
    public void Send(Connection connection, long stamp)
    {
        Measures.Sent++;
        sender.Add(connection, connection.Message!, stamp);
    }

    /// <summary>Sends the messages that were added.</summary>
    public void Flush() => sender.Flush();

    /// <summary>Sends bytes of the protocol.</summary>
    public void Send(Connection connection, ReadOnlySpan<byte> frame) => sender.Send(connection, frame);

    public void MarkReady(Connection connection)
    {
        connection.State = ConnectionState.Ready;
        Ready++;
    }

    public void OnArrival(Connection connection, long stamp)
    {
        Measures.Arrived(stamp);
        Traffic?.OnArrival(this, connection, stamp);
    }

    /// <summary>Called when the server, or an error, has ended a connection.</summary>
    public void OnLost(Connection connection, string reason)
    {
        if (connection.State == ConnectionState.Closed)
            return;
        var wasReady = connection.State == ConnectionState.Ready;
        connection.Close();
        Measures.ClosedByServer++;
        if (!AllowsClose || !wasReady)
            throw new IOException($"Connection {connection.Id} was lost: {reason}.");
    }

    public void Dispose()
    {
        foreach (var connection in connections)
            connection.Close();
        _ = Libc.close(poller);
        timer.Dispose();
        events.Dispose();
    }

    private void Open(int receiveBuffer)
    {
        var connection = new Connection(connections.Count);
        protocol.Prepare(connection);
        connection.Descriptor = ClientSocket.Connect(port, receiveBuffer);
        connections.Add(connection);
        EpollEvents.Add(poller, connection.Descriptor, Libc.EPOLLIN | Libc.EPOLLOUT | Libc.EPOLLRDHUP | Libc.EPOLLET, connection.Id);
    }

    // Returns whether more is due already.
    private bool SendDue(Schedule schedule, long now)
    {
        for (var i = 0; i < MostSendsInARow; i++)
        {
            if (!schedule.TryTake(now, out var due))
                return false;
            var connection = connections[nextSender++ % Senders];
            if (connection.State == ConnectionState.Ready && !connection.IsStalled)
                Send(connection, due);
            Flush();
        }
        return true;
    }

    private void HandleEvents(long wake)
    {
        if (wake > 0 && wake != armedFor)
        {
            timer.FireAt(wake);
            armedFor = wake;
        }
        var ready = events.Wait(poller, wake == 0 ? 0 : 100);
        for (var i = 0; i < ready; i++)
        {
            if (events.Data(i) != TimerData)
                Handle(connections[events.Data(i)], events.Flags(i));
        }
    }

    private void Handle(Connection connection, uint flags)
    {
        if (connection.State == ConnectionState.Connecting && (flags & Libc.EPOLLOUT) != 0)
        {
            ClientSocket.CheckConnected(connection.Descriptor);
            connection.State = ConnectionState.Upgrading;
            Send(connection, UpgradeRequest.Of(protocol.Path(connection), port));
        }
        else if (connection is { State: not ConnectionState.Closed, Outgoing.IsEmpty: false } && (flags & Libc.EPOLLOUT) != 0)
        {
            sender.SendWaiting(connection);
        }
        if (connection.IsStalled)
        {
            if ((flags & (Libc.EPOLLHUP | Libc.EPOLLERR | Libc.EPOLLRDHUP)) != 0)
                OnLost(connection, "the server closed it");
        }
        else if (connection.State != ConnectionState.Closed && (flags & (Libc.EPOLLIN | Libc.EPOLLHUP | Libc.EPOLLERR | Libc.EPOLLRDHUP)) != 0)
        {
            receiver.Receive(connection, protocol);
            Flush();
        }
    }
}
