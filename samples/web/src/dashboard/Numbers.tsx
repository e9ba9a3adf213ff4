import type { Format } from "./format";
import type { Series } from "./series";
import { t } from "./texts";

/** The current figures, in a row. */
export function Numbers({ series, format }: { readonly series: Series; readonly format: Format }) {
  const stats = series.latest?.stats;
  if (!stats) return null;
  const { hub, raw } = stats.connections;
  const slower = series.growth((s) => s.slowCloses);
  const refusals = series.growth((s) => s.refused);
  return (
    <section aria-labelledby="numbers-title">
      <h2 class="unseen" id="numbers-title">{t().figures}</h2>
      <dl class="card numbers">
        <Figure name={t().users} value={format.whole(stats.users)} more={t().withThisPage} />
        <Figure name={t().connections} value={format.whole(hub + raw)} more={t().byKind(format.whole(hub), format.whole(raw))} />
        <Figure name={t().messagesIn} value={format.number(stats.messagesIn)} more={t().aSecond} />
        <Figure name={t().messagesOut} value={format.number(stats.messagesOut)} more={t().aSecond} />
        <Figure name={t().append} value={format.milliseconds(stats.appendP99)} more={t().p50(format.milliseconds(stats.appendP50))} />
        <Figure name={t().batch} value={format.number(stats.commitMessages)} more={t().queue(format.whole(stats.appendQueue))} />
        <Figure name={t().slowCloses} value={format.whole(stats.slowCloses)} more={t().grown(format.whole(slower))} worry={slower > 0} />
        <Figure name={t().refused} value={format.whole(stats.refused)} more={t().grown(format.whole(refusals))} worry={refusals > 0} />
      </dl>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
  readonly worry?: boolean;
}

function Figure({ name, value, more, worry = false }: FigureProps) {
  return (
    <div class="number">
      <dt>{name}</dt>
      <dd class="value">{value}</dd>
      {more && <dd class={worry ? "more worry" : "more"}>{more}</dd>}
    </div>
  );
}
