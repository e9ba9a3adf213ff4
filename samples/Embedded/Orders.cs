using System.Security.Claims;
using Chat.Protocol;
using Chat.Server;

namespace Embedded;

/// <summary>The shop's orders. The shop tells its customers in the chat what becomes of them.</summary>
internal static class Orders
{
    public static void MapOrders(this WebApplication app) =>
        app.MapPost("/orders", async (ClaimsPrincipal customer, Order order, IChatPublisher chat) =>
        {
            // The order's number is the message's id: a second request for the same order sends no second message.
            var message = new PushRequest(To: customer.FindFirstValue(ClaimTypes.NameIdentifier), Content: $"Order {order.Number} is on its way.", Id: order.Number, From: "shop");
            var receipt = await chat.SendAsync(message);
            return Results.Ok(new { receipt.Offset, receipt.Duplicate });
        }).RequireAuthorization();
}

/// <summary>An order.</summary>
/// <param name="Number">The order's number, which the page makes.</param>
internal sealed record Order(string Number);
