using Chat.Hosting;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Configuration;

public sealed class EarlierLogTests : IDisposable
{
    private readonly DirectoryInfo sources = Directory.CreateTempSubdirectory("chat-src-");

    public void Dispose() => sources.Delete(recursive: true);

    [Theory]
    [InlineData(true, false, null, true)]
    [InlineData(true, false, "", true)]
    [InlineData(true, true, null, false)]
    [InlineData(true, false, "elsewhere/chat.db", false)]
    [InlineData(false, false, null, false)]
    public async Task EarlierLog_IsWarnedOfBeforeANewOneBegins(bool hasEarlier, bool hasNew, string? setting, bool warns)
    {
        var earlier = sources.CreateSubdirectory("Chat.Server/data").FullName;
        var root = sources.CreateSubdirectory("Chat.Host").FullName;
        if (hasEarlier)
            await File.WriteAllTextAsync(Path.Combine(earlier, "chat.db"), "");
        if (hasNew)
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(root, "data")).FullName, "chat.db"), "");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = root });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Chat:Storage:Path"] = setting });
        using var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log);
        await using var app = builder.Build();
        EarlierLog.Warn(app);
        if (warns)
            log.ToString().Should().StartWith("Warning").And.Contain($"mv '{earlier}'/chat.db* '{Path.Combine(root, "data")}'/");
        else
            log.ToString().Should().NotContain("An earlier version");
    }
}
