import { Chart } from "./Chart";
import type { Format } from "./format";
import type { Series } from "./series";
import { t } from "./texts";

export function Charts({ series, format }: { readonly series: Series; readonly format: Format }) {
  const all = { series, format };
  return (
    <section class="charts" aria-labelledby="charts-title">
      <h2 class="unseen" id="charts-title">{t().charts}</h2>
      <p class="unseen" id="chart-hint">{t().chartHint}</p>
      <Chart
        {...all}
        title={t().messages}
        write={format.number}
        lines={[
          { name: t().out, pick: (s) => s.messagesOut },
          { name: t().in, pick: (s) => s.messagesIn },
        ]}
      />
      <Chart
        {...all}
        title={t().latency}
        write={format.milliseconds}
        lines={[
          { name: t().most, pick: (s) => s.appendP99 },
          { name: t().half, pick: (s) => s.appendP50 },
        ]}
      />
      <Chart
        {...all}
        title={t().openConnections}
        write={format.whole}
        finest={1}
        lines={[
          { name: t().hub, pick: (s) => s.connections.hub },
          { name: t().raw, pick: (s) => s.connections.raw },
        ]}
      />
      <Chart
        {...all}
        title={t().commits}
        write={format.number}
        lines={[
          { name: t().mean, pick: (s) => s.commitMessages },
          { name: t().waiting, pick: (s) => s.appendQueue },
        ]}
      />
    </section>
  );
}
