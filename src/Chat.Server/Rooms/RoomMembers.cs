using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Log;
using Microsoft.Extensions.Options;

namespace Chat.Server.Rooms;

/// <summary>The single entry point for changes of memberships.</summary>
internal sealed class RoomMembers(IMembershipLog memberships, IMessageLog log, IOptions<LimitsOptions> limits)
{
    /// <summary>Makes the user a member. Queues the change among the messages before it returns, so that call order is log order.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c>, <c>rate_limited</c> or <c>unavailable</c>.</exception>
    public async Task<JoinAnswer> JoinAsync(string user, string? room)
    {
        var membership = await memberships.JoinAsync(user, Require(room), limits.Value.RoomsPerUser);
        return new JoinAnswer(membership.Room, new Position(log.Epoch, membership.Head).ToString());
    }

    /// <summary>Makes the user a member for a back end, without a limit of rooms.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c> or <c>unavailable</c>.</exception>
    public Task AddAsync(string user, string? room) => memberships.JoinAsync(user, Require(room), maxRooms: 0);

    /// <summary>Ends the membership, if there is one. Queues the change like <see cref="JoinAsync"/>.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c> or <c>unavailable</c>.</exception>
    public async Task<LeaveAnswer> LeaveAsync(string user, string? room) =>
        new((await memberships.LeaveAsync(user, Require(room))).Room);

    /// <exception cref="ChatException"><c>bad_recipient</c> or <c>unavailable</c>.</exception>
    public ValueTask<IReadOnlyList<string>> ListAsync(string? room, CancellationToken cancellationToken) =>
        memberships.GetMembersAsync(Require(room), cancellationToken);

    /// <exception cref="ChatException"><c>bad_recipient</c>.</exception>
    public static string Require(string? room) =>
        Name.ProblemWithRoom(room) is { } problem ? throw new ChatException(ChatError.BadRecipient, $"The room is not a valid name. {problem}") : room!;
}
