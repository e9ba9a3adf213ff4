import { useEffect, useRef, useState } from "preact/hooks";
import { chooseLanguage, language, type Language } from "../language";
import { chooseTheme, type Theme, theme } from "../theme";
import { GearIcon } from "./icons";
import { canNotify, notifies, setNotifies } from "./notifications";
import { t } from "./texts";

/** A choice of the language, each by its own name. */
export function LanguageChoice() {
  const choice = (of: Language, name: string, lang: string) => (
    <button type="button" class="choice" lang={lang} aria-pressed={language() === of} onClick={() => chooseLanguage(of)}>
      {name}
    </button>
  );
  return (
    <div class="choices" role="group" aria-label={t().languageLabel}>
      {choice("zh", "中文", "zh-CN")}
      {choice("en", "English", "en")}
    </div>
  );
}

function ThemeChoice() {
  const [chosen, setChosen] = useState(theme());
  const choice = (of: Theme, name: string) => (
    <button
      type="button"
      class="choice"
      aria-pressed={chosen === of}
      onClick={() => {
        chooseTheme(of);
        setChosen(of);
      }}
    >
      {name}
    </button>
  );
  return (
    <div class="choices" role="group" aria-label={t().look}>
      {choice("system", t().lookSystem)}
      {choice("light", t().lookLight)}
      {choice("dark", t().lookDark)}
    </div>
  );
}

function NotificationChoice() {
  const [on, setOn] = useState(notifies());
  const [blocked, setBlocked] = useState(false);
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          checked={on}
          onChange={async (event) => {
            const wanted = event.currentTarget.checked;
            const is = await setNotifies(wanted);
            setOn(is);
            setBlocked(wanted && !is);
          }}
        />
        {t().notifyMe}
      </label>
      {blocked && (
        <p class="problem" role="alert">
          {t().notifyBlocked}
        </p>
      )}
    </>
  );
}

/** The settings, opened by a button. Escape and a click elsewhere close them. */
export function Settings({ signOut }: { readonly signOut: () => void }) {
  const say = t();
  const [isOpen, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const elsewhere = (event: Event) => frame.current!.contains(event.target as Node) || setOpen(false);
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [isOpen]);

  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !isOpen) return;
    event.stopPropagation();
    setOpen(false);
    button.current!.focus();
  };
  return (
    <div class="settings" ref={frame} onKeyDown={close}>
      <button ref={button} class="quiet icon" aria-label={say.settings} aria-expanded={isOpen} aria-controls="settings" onClick={() => setOpen(!isOpen)}>
        <GearIcon />
      </button>
      <div id="settings" class="panel" hidden={!isOpen} role="group" aria-label={say.settings}>
        <h2>{say.look}</h2>
        <ThemeChoice />
        <h2>{say.languageLabel}</h2>
        <LanguageChoice />
        {canNotify && (
          <>
            <h2>{say.notifications}</h2>
            <NotificationChoice />
          </>
        )}
        <button class="wide" onClick={signOut}>
          {say.signOut}
        </button>
      </div>
    </div>
  );
}
