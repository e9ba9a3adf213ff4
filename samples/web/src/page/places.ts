import type { Message } from "chat-client";

export const isRoom = (name: string): boolean => name.startsWith("#");

/** A page of history, oldest first. */
export interface ReadAnswer {
  readonly messages: readonly Message[];
  readonly more: boolean;
}

/** Whom a conversation is with: one other user, or a room. */
export type Place = { readonly with: string; readonly room?: never } | { readonly room: string; readonly with?: never };

/** An entry of the list of conversations. */
export type ConversationEntry = Place & {
  readonly last?: Message;
  readonly unread: number;
  /** Up to where it has been read. */
  readonly read?: string;
};

export interface ConversationsAnswer {
  readonly conversations: readonly ConversationEntry[];
  readonly more: boolean;
}

/** The user has read a conversation up to a position, here or on another device. */
export type ReadMark = Place & { readonly position: string };

/** The other user's name, or the room's. */
export const nameOf = (place: Place): string => place.room ?? place.with;
