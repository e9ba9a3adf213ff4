using Chat.Server.Admission;
using Chat.Server.Admission.Proxies;
using Chat.Server.Configuration;
using Chat.Server.Conversations;
using Chat.Server.Delivery;
using Chat.Server.History;
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

/// <summary>Adds the chat server to an ASP.NET Core application.</summary>
public static class ChatSetup
{
    /// <summary>Adds the chat server. Its settings are the section <c>Chat</c> of the application's configuration.</summary>
    /// <remarks>The application can then resolve <see cref="IChatPublisher"/> and <see cref="ChatServer"/>. It registers an <see cref="IChatAuthorizer"/>
    /// of its own before this call. <see cref="ChatAddOns"/> has the parts that concern the whole application.</remarks>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configure">Makes the choices that are made in code.</param>
    public static void AddChat(this IHostApplicationBuilder builder, Action<ChatBuilder>? configure = null)
    {
        configure?.Invoke(new ChatBuilder(builder.Services));
        builder.AddOperations();
        builder.AddIdentity();
        builder.AddOrigins();
        builder.AddAdmission();
        builder.AddForwardedRequests(s => new ChatPaths(HubSetup.Path, s.GetRequiredService<IOptions<RawWebSocketOptions>>().Value.Path, PushSetup.Path));
        builder.AddSending();
        builder.AddDelivery();
        builder.AddHistory();
        builder.AddConversations();
        builder.AddRooms();
        builder.AddTopics();
        builder.AddStorage();
        builder.AddChatHub();
        builder.AddRawWebSockets();
        builder.AddPush();
    }

    /// <summary>Checks the settings, opens the message log, and maps <c>/chat</c>, the raw endpoint and <c>/api/v1</c>. On other paths it installs nothing.</summary>
    /// <remarks>Call it after <c>UseRouting</c>, <c>UsePathBase</c> and other middleware that changes paths, and before <c>UseEndpoints</c>. In a wrong
    /// order no request to these paths is admitted.</remarks>
    /// <exception cref="OptionsValidationException">A setting is bad; an <see cref="AggregateException"/> holds several. Each failure is a line for the operator.</exception>
    /// <exception cref="LogOpenException">The message log cannot be used. The message names the cause and the remedy.</exception>
    public static void MapChat(this WebApplication app)
    {
        app.CheckSettings();
        app.OpenLog();
        app.WarnOfClaimedMode();
        app.WarnOfQueryLogging();
        app.WarnOfTooFewFiles();
        app.AddLogGauges();
        var paths = app.Services.GetRequiredService<ChatPaths>();
        app.UseWhen(context => paths.Contain(context.Request.Path) || PathNames.IsOfApi(context), branch =>
        {
            branch.UsePingStream(app.RawWebSocketPath());
            branch.UseHeartbeat();
            branch.UseOrigins(HubSetup.Path, app.RawWebSocketPath());
            branch.UseProblems();
            branch.UseMiddleware<ChatAuthorization>();
            branch.UseHubAdmission();
            branch.EndChecks();
        });
        app.MapChatHub();
        app.MapRawWebSocket();
        app.MapPush();
    }
}
