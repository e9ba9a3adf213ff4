namespace Chat.Server.Log;

/// <summary>Everything that is durable, of one provider: in one log, and so in one order.</summary>
internal interface IStorage : IMessageLog, IMembershipLog, IConversationLog, ITopicLog, IBanLog, ILogHealth, IBackupLog;
