/** What colours tell, they tell also those who see fewer of them; and nothing is told by colours alone. */
import {
  AlertSeverity,
  AuditOutcome,
  CatalogState,
  DeliveryState,
  FindingSeverity,
  HypervisorState,
  OperationState,
  ServerState,
  SnapshotState,
  UserState,
} from '@hostler/client';
import { MantineProvider } from '@mantine/core';
import { render, waitFor } from '@testing-library/react';
import type { ParseKeys } from 'i18next';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { severityLook } from '@/alerting/severity';
import { Meter } from '@/components/Meter';
import { operationStateKey } from '@/components/operationState';
import { serverStateKey } from '@/components/serverState';
import { StateBadge } from '@/components/StateBadge';
import { AREAS } from '@/i18n/areas';
import { needTexts, startI18n } from '@/i18n/i18n';
import { auditOutcome } from '@/pages/audit/outcome';
import { deliveryState } from '@/pages/channels/deliveryState';
import { LINE_STYLES } from '@/statistics/LineSample';
import { CHARTS } from '@/statistics/metrics';
import { snapshotLook } from '@/pages/server/snapshotState';
import { catalogState } from '@/staff/catalogState';
import { findingSeverity, hypervisorState } from '@/staff/hypervisorState';
import { userState } from '@/staff/userState';

import { ciede2000, difference, VISIONS } from '../../test/colorVision';
import { answerWith, drawFigure, layOut } from '../../test/figures';
import { inScheme, ruled, SCHEMES } from '../../test/themeColors';

/**
 * In CIEDE2000. One is about the least that is seen at all, of large patches side by side. Lines are two pixels wide and bars six high,
 * and what is small has to differ by many times as much to be told apart (Stone, Szafir, Setlur: An Engineering Model for Color
 * Difference as a Function of Size, 2014).
 */
const LINES = 20;
/** The lights of states are rounds of nine pixels with a ring, and their names stand beside them: they only help. */
const LIGHTS = 10;

const WORLDS = SCHEMES.flatMap((scheme) => VISIONS.map((vision) => ({ scheme, vision })));

const pairsOf = <Item,>(items: readonly Item[]) =>
  items.flatMap((one, index) => items.slice(index + 1).map((other) => [one, other] as const));

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  // From the paper's own table.
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, -1, 2], [50, 0, 0], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[50, 2.5, 0], [58, 24, 15], 19.4535],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
] as const)('differences of colours are measured as published: %j to %j', (one, other, published) => {
  expect(ciede2000(one, other)).toBeCloseTo(published, 4);
});

describe.each(WORLDS)('$scheme, with $vision', ({ scheme, vision }) => {
  it('lines of one chart are far apart', () => {
    for (const [one, other] of pairsOf(LINE_STYLES)) {
      const [a, b] = [inScheme(one.color, scheme), inScheme(other.color, scheme)];
      expect(difference(a, b, vision), `${a} ${b}`).toBeGreaterThanOrEqual(LINES);
    }
  });

  it.each(['components/Meter.module.css', 'pages/servers/LiveUse.module.css'])(
    'bars are far from what they fill, and full ones from others: %s',
    (file) => {
      const track = file.includes('Meter') ? '.meter' : '.bar';
      const colors = [track, '.filled', '.high'].map(
        // Of a pattern its colour.
        (selector) => /#[0-9a-f]{6}/i.exec(ruled(file, selector, 'background', scheme))?.[0] ?? '',
      );
      for (const [a, b] of pairsOf(colors)) {
        expect(difference(a, b, vision), `${a} ${b}`).toBeGreaterThanOrEqual(LINES);
      }
    },
  );

  it('lights of states differ', () => {
    const lights = ['.green', '.gray', '.amber', '.red'].map((selector) =>
      ruled('components/StateBadge.module.css', selector, '--light', scheme),
    );
    for (const [a, b] of pairsOf(lights)) {
      expect(difference(a, b, vision), `${a} ${b}`).toBeGreaterThanOrEqual(LIGHTS);
    }
  });
});

describe('besides its colour', () => {
  it('each line of a chart has dashes of its own, also as it is drawn', async () => {
    const most = Math.max(...CHARTS.map(({ lines }) => lines.length));
    expect(LINE_STYLES.length, 'no style is used twice').toBeGreaterThanOrEqual(most);
    expect(new Set(LINE_STYLES.map(({ dashes }) => dashes)).size).toBe(LINE_STYLES.length);
    layOut(800);
    const end = Date.UTC(2026, 0, 2, 12);
    const times = Array.from({ length: 60 }, (_, index) => end - (60 - index) * 60_000);
    const answer = answerWith(times, 60_000, { in: () => 1e6, out: () => 2e6 });
    const { container } = await drawFigure({ chart: 'network', answer, range: '1h', end });
    await waitFor(() => {
      const lines = [...container.querySelectorAll('path.recharts-line-curve')];
      expect(lines.map((line) => line.getAttribute('stroke-dasharray'))).toEqual([null, '6 3']);
    });
    const samples = [...container.querySelectorAll('figure line[x2="21"]')];
    expect(samples.map((line) => line.getAttribute('stroke-dasharray'))).toEqual([null, '6 3']);
  });

  it('a bar that wants attention is broken into dashes', () => {
    for (const file of ['components/Meter.module.css', 'pages/servers/LiveUse.module.css']) {
      expect(ruled(file, '.high', 'background', 'light')).toMatch(
        /^repeating-linear-gradient\(.*#[0-9a-f]{6} 0 6px, transparent 6px 8px\)$/,
      );
      expect(ruled(file, '.filled', 'background', 'light')).toMatch(/^#[0-9a-f]{6}$/);
    }
    const bar = (share: number) => {
      const { getByRole, unmount } = render(<Meter label="Memory" share={share} text={`${share * 100}%`} />);
      const look = getByRole('meter').firstElementChild?.className;
      unmount();
      return look;
    };
    expect(bar(0.95)).not.toBe(bar(0.9));
  });

  it('a light has its name', () => {
    const { container } = render(<StateBadge color="red" label="Failed" />, { wrapper: MantineProvider });
    expect(container).toHaveTextContent('Failed');
  });

  it.each(['en', 'ru', 'ja'] as const)(
    'each state of a kind has a name of its own in %s',
    async (language) => {
      const i18n = await startI18n(language);
      await needTexts(i18n, AREAS);
      const kinds: readonly (readonly ParseKeys[])[] = [
        valuesOf(AlertSeverity).map((one) => `alerts.severities.${severityLook(one)[0]}` as const),
        valuesOf(ServerState).map(serverStateKey),
        valuesOf(OperationState).map(operationStateKey),
        valuesOf(SnapshotState).map((one) => snapshotLook(one).label),
        valuesOf(DeliveryState).map((one) => `channels.deliveries.states.${deliveryState(one)[0]}` as const),
        valuesOf(HypervisorState).map((one) => `hypervisors.states.${hypervisorState(one)[0]}` as const),
        valuesOf(FindingSeverity).map(
          (one) => `hypervisors.check.severities.${findingSeverity(one)[0]}` as const,
        ),
        valuesOf(UserState).map((one) => `users.states.${userState(one)[0]}` as const),
        valuesOf(CatalogState).map((one) => `catalog.states.${catalogState(one)[0]}` as const),
        valuesOf(AuditOutcome).map((one) => `audit.outcomes.${auditOutcome(one)[0]}` as const),
      ];
      for (const keys of kinds) {
        const names = keys.map((key) => i18n.t(key));
        expect(names.length).toBeGreaterThan(1);
        expect(new Set(names).size, names.join(', ')).toBe(keys.length);
      }
    },
  );
});

/** Enums of TypeScript have their names among their values. */
function valuesOf<Value extends number>(values: Readonly<Record<string, Value | string>>): Value[] {
  return Object.values(values).filter((value): value is Value => typeof value === 'number');
}
