using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Configuration;
using Chat.Server.Identity;
using Chat.Server.Log;
using Chat.Server.Operations;
using Chat.Server.Rooms;
using Chat.Server.Sending;
using Chat.Server.Topics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Scalar.AspNetCore;

namespace Chat.Server.Push;

internal static class PushSetup
{
    public const string Path = "/api/v1";

    private const string DocumentGroup = "chat";

    private const int MaxBodyBytes = 1 << 20;

    public static void AddPush(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<PushOptions>(PushOptions.SectionName);
        services.AddSingleton<IValidateOptions<PushOptions>>(s => new PushOptionsValidator(s.GetRequiredService<ReservedNames>));
        services.TryAddSingleton<ApiKeys>();
        services.TryAddSingleton<KeyGuesses>();
        services.TryAddSingleton<IAdminKeys, AdminKeys>();
        services.TryAddSingleton<ChatPublisher>();
        services.TryAddSingleton<IChatPublisher>(s => s.GetRequiredService<ChatPublisher>());
        services.AddSingleton<DevelopmentKey>();
        services.PostConfigure<AuthenticationOptions>(options => options.AddScheme<ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null));
        builder.Logging.AddFilter(typeof(ApiKeyAuthentication).FullName, LogLevel.Warning); // or each refusal is two lines
    }

    /// <summary>Adds the OpenAPI document of <c>/api/v1</c>.</summary>
    public static void AddApiDocument(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default));
        builder.Services.AddOpenApi(options =>
        {
            // Every GET is mapped as HEAD, too.
            options.ShouldInclude = call => call.GroupName == DocumentGroup && call.HttpMethod != HttpMethods.Head;
            ApiDescription.Configure(options);
            ApiSchemas.Configure(options);
        });
    }

    /// <summary>Maps the OpenAPI document and a page that shows it.</summary>
    public static IEndpointConventionBuilder MapApiDocument(this WebApplication app)
    {
        var document = app.MapGroup("").AnswerHead();
        document.MapOpenApi();
        document.MapScalarApiReference(page =>
        {
            page.DisableDefaultFonts(); // other sites serve them
            page.WithDynamicBaseServerUrl().AddServer("/"); // below the page's own prefix
        });
        return document;
    }

    /// <summary>Runs before authentication, whose refusals are problems too.</summary>
    public static void UseProblems(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Path) || PathNames.IsOfApi(context), branch => branch.UseMiddleware<Problems>());

    public static void MapPush(this WebApplication app)
    {
        // The group keeps the calls out of the application's own document.
        var api = app.MapGroup(Path).WithGroupName(DocumentGroup).AnswerHead().RequireChecks(Path)
            .WithMetadata(new BodyLimit(app.Services.GetRequiredService<IOptions<MessagingOptions>>().Value));
        api.MapGroup("").WithTags("Messages").MapMessages();
        api.MapGroup("").WithTags("Topics").MapTopics();
        api.MapGroup("").WithTags("Rooms").MapRooms();
        api.MapGroup("").WithTags("Users").MapUsers();
        api.MapGroup("").WithTags("Operations").MapOperations();
        api.MapGroup("").WithTags("Operations").MapBackup();
        if (app.Environment.IsDevelopment())
            app.Services.GetRequiredService<DevelopmentKey>().SayOnceListening();
    }

    /// <summary>The largest body: 1 MiB, or a message of the longest content if that is more.</summary>
    private sealed class BodyLimit(MessagingOptions messaging) : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize { get; } = Math.Max(MaxBodyBytes, messaging.MaxMessageBytes());
    }
}
