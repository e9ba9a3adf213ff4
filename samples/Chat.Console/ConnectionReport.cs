using Chat.Client;

namespace Chat.Terminal;

/// <summary>Shows changes of the connection and the server's notices.</summary>
internal static class ConnectionReport
{
    public static void Start(ChatClient client, IScreen screen)
    {
        var before = ConnectionState.Connecting;
        var wasConnected = false;
        client.NoticeReceived += notice => screen.Say(notice.Text);
        client.StateChanged += (state, _) =>
        {
            if (state == ConnectionState.Connected)
                screen.Say(wasConnected ? "connected again" : "connected");
            else if (state == ConnectionState.Reconnecting)
                screen.Say(before == ConnectionState.Connected ? "connection lost, trying again" : "the server does not answer, trying again");
            wasConnected |= state == ConnectionState.Connected;
            before = state;
        };
    }
}
