using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.Conversations;

internal static class ConversationSetup
{
    public static void AddConversations(this IHostApplicationBuilder builder) => builder.Services.TryAddSingleton<ConversationList>();
}
