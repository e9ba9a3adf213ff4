using Chat.Server.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.Topics;

internal static class TopicSetup
{
    public static void AddTopics(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<TopicOptions, TopicOptionsValidator>(TopicOptions.SectionName);
        builder.Services.TryAddSingleton<LiveTopics>();
    }
}
