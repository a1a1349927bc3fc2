/** Of each server or node a strip of time with the alerts that would have been, and the same in words. */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { AlertMetric, DryRunAlert, DryRunNode, DryRunServer } from '@hostler/client';
import { Accordion, List, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useMetricValue } from '@/alerting/useConditionText';
import { NodeName } from '@/components/NodeName';
import { ServerName } from '@/components/ServerName';
import { useNodeName } from '@/components/useNodeName';
import { useServerName } from '@/components/useServerName';
import { useFormat } from '@/format/useFormat';

import classes from './DryRunSubjects.module.css';

interface Props {
  readonly servers: readonly DryRunServer[];
  readonly nodes: readonly DryRunNode[];
  readonly metric: AlertMetric;
  readonly start: number;
  readonly end: number;
}

export function DryRunSubjects({ servers, nodes, ...rest }: Props) {
  const fired = ({ fireCount }: { readonly fireCount: number }) => fireCount > 0;
  return (
    <Accordion variant="separated" order={3} multiple>
      {servers.filter(fired).map((server) => (
        <Server key={server.serverId} server={server} {...rest} />
      ))}
      {nodes.filter(fired).map((node) => (
        <Node key={node.nodeId} node={node} {...rest} />
      ))}
    </Accordion>
  );
}

type Rest = Omit<Props, 'servers' | 'nodes'>;

function Server({ server, ...rest }: Rest & { readonly server: DryRunServer }) {
  const { serverId } = server;
  const name = useServerName(serverId);
  return (
    <Subject id={serverId} name={name} link={<ServerName serverId={serverId} />} tried={server} {...rest} />
  );
}

function Node({ node, ...rest }: Rest & { readonly node: DryRunNode }) {
  const { nodeId } = node;
  const name = useNodeName(nodeId);
  return <Subject id={nodeId} name={name} link={<NodeName nodeId={nodeId} />} tried={node} {...rest} />;
}

interface SubjectProps extends Rest {
  readonly id: string;
  readonly name: string;
  readonly link: ReactNode;
  readonly tried: Pick<DryRunServer, 'fireCount' | 'alerts'>;
}

function Subject({ id, name, link, tried, metric, start, end }: SubjectProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { fireCount, alerts } = tried;
  return (
    <Accordion.Item value={id}>
      <Accordion.Control>
        <Text size="sm" fw={500} mb={6} component="div">
          {t('rules.dryRun.onServer', {
            server: name,
            count: fireCount,
            formatted: format.number(fireCount),
          })}
        </Text>
        <Strip alerts={alerts} start={start} end={end} />
      </Accordion.Control>
      <Accordion.Panel>
        {link}
        <List size="sm" mt="xs">
          {alerts.map((alert, index) => (
            <List.Item key={index}>
              <When alert={alert} metric={metric} />
            </List.Item>
          ))}
        </List>
        {alerts.length < fireCount && (
          <Text size="sm" c="dimmed">
            {t('rules.dryRun.newest', { count: alerts.length })}
          </Text>
        )}
      </Accordion.Panel>
    </Accordion.Item>
  );
}

interface StripProps {
  readonly alerts: readonly DryRunAlert[];
  readonly start: number;
  readonly end: number;
}

/** Pixels: also what was short, or has only just begun, is seen. */
const LEAST = 3;

/** The list below it says the same. */
function Strip({ alerts, start, end }: StripProps) {
  const length = Math.max(1, end - start);
  const place = (time: number) => Math.min(1, Math.max(0, (time - start) / length)) * 100;
  return (
    <div className={classes.strip} aria-hidden>
      {alerts.map(({ fireTime, resolveTime }, index) => {
        const from = place(fireTime ? timestampMs(fireTime) : start);
        const to = place(resolveTime ? timestampMs(resolveTime) : end);
        return (
          <div
            key={index}
            className={classes.alert}
            style={{
              minInlineSize: LEAST,
              insetInlineStart: `min(${from}%, 100% - ${LEAST}px)`,
              inlineSize: `${Math.max(0, to - from)}%`,
            }}
          />
        );
      })}
    </div>
  );
}

function When({ alert, metric }: { readonly alert: DryRunAlert; readonly metric: AlertMetric }) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = useMetricValue();
  const { fireTime, resolveTime, worstValue } = alert;
  const words = { from: fireTime ? format.dateTime(fireTime) : '–', value: write(metric, worstValue) };
  return resolveTime
    ? t('rules.dryRun.from', { ...words, to: format.dateTime(resolveTime) })
    : t('rules.dryRun.goesOn', words);
}
