using Chat.Server.Admission;
using Chat.Server.Admission.Proxies;
using Chat.Server.Configuration;
using Chat.Server.Conversations;
using Chat.Server.Hubs;
using Chat.Server.Identity;
using Chat.Server.Operations;
using Chat.Server.Origins;
using Chat.Server.Push;
using Chat.Server.Raw;
using Chat.Server.Raw.Socket;
using Chat.Server.Rooms;
using Chat.Server.Sending;
using Chat.Server.Storage;
using Chat.Server.Topics;
using Microsoft.Extensions.Options;

namespace Chat.Server;

/// <summary>Puts the chat server into an ASP.NET Core application: this project's own, or one that references it.</summary>
public static class ChatSetup
{
    /// <summary>Adds everything the server consists of; its settings are the section <c>Chat</c> of the application's configuration.</summary>
    /// <remarks>The application can then ask for <see cref="IChatPublisher"/>. An <see cref="IChatAuthorizer"/> of its own it registers before.
    /// Where <c>Chat:KnownProxies</c> or <c>Chat:PathBase</c> is set, every request of the application has the client's address, scheme, host and
    /// path before routing sees it. A token in an address needs a higher <c>MaxRequestLineSize</c> of Kestrel than the default of 8 KiB.
    /// What bounds TCP connections stands in Kestrel's endpoint defaults: an application that sets its own afterwards takes it away.</remarks>
    public static void AddChat(this IHostApplicationBuilder builder)
    {
        builder.AddDiagnostics();
        builder.AddIdentity();
        builder.AddOrigins();
        builder.AddLimits();
        builder.AddForwardedRequests(s => new OwnCalls(HubSetup.Path, s.GetRequiredService<IOptions<RawWebSocketOptions>>().Value.Path, PushSetup.Path));
        builder.AddMessaging();
        builder.AddConversations();
        builder.AddRooms();
        builder.AddTopics();
        builder.AddStorage();
        builder.AddChatHub();
        builder.AddRawWebSockets();
        builder.AddPush();
    }

    /// <summary>Checks the settings, opens the message log, and maps <c>/chat</c>, <c>/api/home/connect</c>, <c>/api/v1</c>, <c>/health</c> and <c>/metrics</c>.</summary>
    /// <exception cref="Exception">A setting is bad, or the log cannot be used: the message is for the person who starts the application.</exception>
    public static void MapChat(this WebApplication app)
    {
        app.CheckSettings();
        app.OpenLog();
        app.WarnOfClaims();
        app.WarnOfTooFewFiles();
        app.UsePingStream();
        app.UseHeartbeat();
        app.UseOrigins(HubSetup.Path, app.RawWebSocketPath());
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseHubAdmission();
        app.MapHealth();
        app.MapChatHub();
        app.MapRawWebSocket();
        app.MapPush();
    }
}
