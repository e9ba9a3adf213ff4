using Chat.Server.Configuration;
using Chat.Server.Log;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.Sending;

internal static class SendingSetup
{
    public static void AddSending(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<MessagingOptions, MessagingOptionsValidator>(MessagingOptions.SectionName);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<MessageSender>();
    }
}
