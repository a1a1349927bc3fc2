/**
 * What the stream has told of a server since the page was opened, an hour at most. It is handed out every few seconds: an hour on a
 * screen moves by a pixel no sooner, and the charts are drawn once for many looks.
 */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { ServerStats } from '@hostler/client';
import { useEffect, useState } from 'react';

import { useFeed } from '@/api/ApiContext';
import { StatsFeed } from '@/api/stats';
import type { Tail } from '@/statistics/tail';

/** Milliseconds between two drawings. */
const PACE = 5_000;
/** An hour of looks every two seconds. */
const MOST = 1_800;

const NOTHING: Tail = { looks: [], time: 0 };

export function useLiveTail(serverId: string): Tail {
  const stats = useFeed(StatsFeed);
  const [tail, setTail] = useState(NOTHING);
  useEffect(() => {
    const looks: ServerStats[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const publish = () => {
      timer = undefined;
      setTail({ looks: [...looks], time: Date.now() });
    };
    const looked = () => {
      const latest = stats.latest(serverId);
      if (!latest?.sampleTime || latest.stale) return;
      const before = looks.at(-1)?.sampleTime;
      if (before && timestampMs(before) >= timestampMs(latest.sampleTime)) return;
      looks.push(latest);
      if (looks.length > MOST) looks.shift();
      timer ??= setTimeout(publish, PACE);
    };
    const leave = stats.look(serverId, looked);
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [stats, serverId]);
  return tail;
}
