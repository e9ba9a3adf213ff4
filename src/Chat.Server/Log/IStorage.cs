namespace Chat.Server.Log;

/// <summary>All durable state of one storage provider: one log with one order.</summary>
internal interface IStorage : IMessageLog, IMembershipLog, IConversationLog, ITopicLog, IBanLog, ILogHealth, IBackupLog;
