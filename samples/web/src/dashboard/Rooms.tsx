import type { Format } from "./format";
import type { RoomStats } from "./stats";
import { t } from "./texts";

export function Rooms({ rooms, format }: { readonly rooms: readonly RoomStats[]; readonly format: Format }) {
  const most = Math.max(1, ...rooms.map(({ messages }) => messages));
  return (
    <section class="card rooms" aria-labelledby="rooms-title">
      <h2 id="rooms-title">{t().rooms}</h2>
      {rooms.length === 0 ? (
        <p class="hint">{t().noRooms}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t().room}</th>
              <th scope="col" class="figure">{t().members}</th>
              <th scope="col" class="figure" colSpan={2}>{t().roomMessages}</th>
            </tr>
          </thead>
          <tbody>
            {rooms.map(({ room, members, messages }) => (
              <tr key={room}>
                <th scope="row"><bdi>{room}</bdi></th>
                <td class="figure">{format.whole(members)}</td>
                <td class="bar" aria-hidden="true"><meter max={most} value={messages} /></td>
                <td class="figure">{format.whole(messages)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
