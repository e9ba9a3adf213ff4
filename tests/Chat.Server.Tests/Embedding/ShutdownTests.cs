using Chat.Protocol;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Embedding;

public sealed class ShutdownTests
{
    [Fact]
    public async Task SendDuringTheShutdown_Completes()
    {
        IChatPublisher publisher = null!;
        // Resolved before the start: the container then disposes the services in another order.
        var server = await EmbeddedServer.StartAsync(map: app => publisher = app.Services.GetRequiredService<IChatPublisher>());
        Task sending, stopping;
        await using (await HeldLog.OfAsync(server.Database))
        {
            sending = publisher.SendAsync(new PushRequest("alice", "accepted", From: "shop"));
            stopping = Task.Run(async () => await server.DisposeAsync());
            await Wait.UntilAsync(() => Task.FromResult(IsClosed(publisher)), "The close of the log");
        }
        await Wait.ForAsync(sending.ContinueWith(_ => true, TaskScheduler.Default), "The answer to the send", () => server.LogText);
        await stopping;
    }

    private static bool IsClosed(IChatPublisher publisher) =>
        publisher.SendAsync(new PushRequest("alice", "more", From: "shop")) is { IsFaulted: true };
}
