import { useEffect, useReducer, useState } from "preact/hooks";
import { onLanguage } from "../language";
import { Chat } from "./chat";
import { ChatView } from "./chatView";
import { remember, remembered, type Identity } from "./identity";
import { SignIn } from "./signIn";

/** The page: the sign-in form, or the chat of the signed-in user. */
export function App() {
  const [chat, setChat] = useState(() => chatOf(remembered()));
  const [problem, setProblem] = useState("");
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => onLanguage(() => redraw(undefined)), []);

  const signIn = (identity: Identity | null, reason = "") => {
    remember(identity);
    setProblem(reason);
    setChat(chatOf(identity));
  };
  return chat ? <ChatView key={chat.user} chat={chat} end={(reason) => signIn(null, reason)} /> : <SignIn problem={problem} signIn={signIn} />;
}

const chatOf = (identity: Identity | null): Chat | null => identity && new Chat(identity);
