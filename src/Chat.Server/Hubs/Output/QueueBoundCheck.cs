using Chat.Server.Admission;
using Chat.Server.History;
using Chat.Server.Log;
using Microsoft.Extensions.Options;

namespace Chat.Server.Hubs.Output;

/// <summary>Rejects a bound that would close every hub connection: the queue must hold one answer and one message.</summary>
internal sealed class QueueBoundCheck(IOptions<MessagingOptions> messaging) : IValidateOptions<LimitsOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitsOptions options)
    {
        var messages = Messages();
        var least = StreamHistory.MaxAnswerBytes + messages.MaxMessageBytes();
        return options.MaxQueuedBytes == 0 || options.MaxQueuedBytes >= least
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{LimitsOptions.SectionName}:{nameof(LimitsOptions.MaxQueuedBytes)} = '{options.MaxQueuedBytes}': with {MessagingOptions.SectionName}:"
                + $"{nameof(MessagingOptions.MaxFrameBytes)} = '{messages.MaxFrameBytes}' write at least {least} (an answer and a message must fit), "
                + "or 0 for no limit.");
    }

    // A bad value of the other setting is reported by its own validator.
    private MessagingOptions Messages()
    {
        try
        {
            return messaging.Value;
        }
        catch (OptionsValidationException)
        {
            return new MessagingOptions { MaxFrameBytes = 0 };
        }
    }
}
