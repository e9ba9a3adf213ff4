using Chat.Server.Configuration;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite;
using Chat.Server.Storage.Sqlite.Files;
using Microsoft.Extensions.Options;

namespace Chat.Server.Storage;

internal static partial class StorageSetup
{
    public static void AddStorage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<StorageOptions, StorageOptionsValidator>(StorageOptions.SectionName);
        builder.Services.AddSingleton(Open);
        builder.Services.AddSingleton<IMessageLog>(s => s.GetRequiredService<IStorage>());
        builder.Services.AddSingleton<IMembershipLog>(s => s.GetRequiredService<IStorage>());
        builder.Services.AddSingleton<IConversationLog>(s => s.GetRequiredService<IStorage>());
        builder.Services.AddSingleton<ILogHealth>(s => s.GetRequiredService<IStorage>());
        builder.Services.AddSingleton<IBackupLog>(s => s.GetRequiredService<IStorage>());
        builder.Services.AddSingleton<ILogCompactor>(Compactor); // opens the file itself: the log must not be open
        builder.Services.AddSingleton<IBanLog>(s => s.GetRequiredService<IStorage>());
        builder.Services.AddSingleton<ITopicLog>(s => s.GetRequiredService<IStorage>());
    }

    /// <summary>Opens the log, so that an unusable file fails the start and not the first message.</summary>
    /// <remarks>The host's own start would print a stack trace first.</remarks>
    /// <exception cref="LogOpenException">The log cannot be opened.</exception>
    public static void OpenLog(this IHost host) => host.Services.GetRequiredService<IStorage>();

    private static IStorage Open(IServiceProvider services)
    {
        var storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        return storage.Provider switch
        {
            StorageProvider.Sqlite => OpenSqlite(services, storage),
            var other => throw new InvalidOperationException($"There is no storage provider {other}."),
        };
    }

    private static SqliteMessageLog OpenSqlite(IServiceProvider services, StorageOptions storage)
    {
        var logger = services.GetRequiredService<ILogger<SqliteMessageLog>>();
        var path = PathOf(storage, services);
        var isNew = !File.Exists(path);
        var log = new SqliteMessageLog(
            path,
            storage,
            services.GetRequiredService<IOptions<MessagingOptions>>().Value,
            services.GetRequiredService<ICommitListener>(),
            services.GetRequiredService<ChatServer>().Fail,
            services.GetRequiredService<TimeProvider>(),
            logger);
        LogOpened(logger, path, isNew ? "new" : "existing");
        return log;
    }

    private static LogCompactor Compactor(IServiceProvider services)
    {
        var storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        return new LogCompactor(PathOf(storage, services), storage.Durability);
    }

    private static string PathOf(StorageOptions storage, IServiceProvider services) =>
        Path.GetFullPath(storage.Path, services.GetRequiredService<IHostEnvironment>().ContentRootPath);

    [LoggerMessage(31, LogLevel.Information, "The message log is {Path} ({State} file).")]
    private static partial void LogOpened(ILogger logger, string path, string state);
}
