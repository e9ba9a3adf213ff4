export { backOff, Pause } from "./backoff";
export { Connection, type ConnectionOptions, type ConnectionState, type EndReason, type MakeHub } from "./connection";
export { Mailbox, type MailboxHandlers } from "./mailbox";
export { type Draft, Outbox, type OutboxOptions } from "./outbox";
export { Topics } from "./topics";
export { type Message, type Notice, parsePosition, type Receipt, type Refusal, refusalOf, type TopicValue } from "./wire";
