import { useEffect, useReducer, useState } from "preact/hooks";
import { onLanguage } from "../language";
import { Chat } from "./chat";
import { ChatView } from "./chatView";
import { remember, remembered, type Session } from "./session";
import { SignIn } from "./signIn";

/** The page: the sign-in form, or the chat of the signed-in user. */
export function App() {
  const [chat, setChat] = useState(() => chatOf(remembered()));
  const [problem, setProblem] = useState("");
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => onLanguage(() => redraw(undefined)), []);

  const signIn = (session: Session | null, reason = "") => {
    remember(session);
    setProblem(reason);
    setChat(chatOf(session));
  };
  return chat ? <ChatView key={chat.user} chat={chat} end={(reason) => signIn(null, reason)} /> : <SignIn problem={problem} signIn={signIn} />;
}

const chatOf = (session: Session | null): Chat | null => session && new Chat(session);
