using Chat.Client;

namespace Chat.Terminal;

/// <summary>Says how it stands with the connection, and what the server says about it.</summary>
internal static class ConnectionRemarks
{
    public static void Begin(ChatClient client, IScreen screen)
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
