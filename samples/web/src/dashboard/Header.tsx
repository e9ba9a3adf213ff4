import { useState } from "preact/hooks";
import { chooseLanguage, type Language, language } from "../language";
import { chooseTheme, type Theme, theme } from "../theme";
import type { Format } from "./format";
import { t } from "./texts";
import type { Watch } from "./watch";

interface Props {
  readonly watch: Watch | undefined;
  readonly format: Format;
  readonly close: () => void;
}

export function Header({ watch, format, close }: Props) {
  const stats = watch?.series.latest?.stats;
  return (
    <header class="top">
      <p class="brand">
        <a href="./">{t().chat}</a> <span aria-hidden="true">/</span> {watch ? <h1>{t().title}</h1> : <span>{t().title}</span>}
      </p>
      {watch && <Freshness watch={watch} format={format} />}
      {stats && (
        <p class="since">
          {t().uptime(format.duration(stats.uptimeSeconds))} · {t().memory(format.bytes(stats.memoryBytes))}
        </p>
      )}
      <Choices />
      {watch && <button type="button" class="quiet" onClick={close}>{t().leave}</button>}
    </header>
  );
}

function Freshness({ watch, format }: { watch: Watch; format: Format }) {
  const latest = watch.series.latest;
  const kind = watch.isLive ? "live" : latest ? "stale" : "connecting";
  return (
    <p class={`freshness ${kind}`}>
      <span role="status">{kind === "live" ? t().live : latest ? t().stale(format.time(latest.at)) : t().connecting}</span>
      {kind === "stale" && <button type="button" class="quiet" onClick={() => watch.retry()}>{t().retry}</button>}
    </p>
  );
}

function Choices() {
  const [chosen, setChosen] = useState(theme());
  const appear = (choice: Theme) => {
    chooseTheme(choice);
    setChosen(choice);
  };
  return (
    <p class="choices">
      <select aria-label={t().theme} value={chosen} onChange={(event) => appear(event.currentTarget.value as Theme)}>
        {(["system", "light", "dark"] as const).map((choice) => (
          <option key={choice} value={choice}>{t().themes[choice]}</option>
        ))}
      </select>
      <select aria-label={t().language} value={language()} onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}>
        <option value="en" lang="en">English</option>
        <option value="zh" lang="zh-CN">中文</option>
      </select>
    </p>
  );
}
