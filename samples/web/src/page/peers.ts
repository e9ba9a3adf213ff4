import type { Message } from "chat-client";

export const isRoom = (name: string): boolean => name.startsWith("#");

/** A page of history, oldest first. */
export interface ReadAnswer {
  readonly messages: readonly Message[];
  readonly more: boolean;
}

/** The other side of a conversation: one other user, or a room. */
export type Peer = { readonly with: string; readonly room?: never } | { readonly room: string; readonly with?: never };

/** An entry of the list of conversations. */
export type ConversationEntry = Peer & {
  readonly last?: Message;
  readonly unread: number;
  /** The position up to which the user has read. */
  readonly read?: string;
};

export interface ConversationsAnswer {
  readonly conversations: readonly ConversationEntry[];
  readonly more: boolean;
}

/** The user has read a conversation up to a position, here or on another device. */
export type ReadMark = Peer & { readonly position: string };

/** Returns the name of the other user or of the room. */
export const nameOf = (peer: Peer): string => peer.room ?? peer.with;
