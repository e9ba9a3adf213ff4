using Chat.Server.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.Rooms;

internal static class RoomSetup
{
    public static void AddRooms(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<RoomOptions>(RoomOptions.SectionName);
        builder.Services.TryAddSingleton<IChatAuthorizer, BuiltInAuthorizer>();
        builder.Services.TryAddSingleton<ScopedAuthorizer>();
        builder.Services.TryAddSingleton<RoomMembers>();
    }
}
