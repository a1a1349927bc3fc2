/** What a container has put out, and goes on to. */
import { type Container, type Node, NodeCommandState, OutputKind } from '@hostler/client';
import { Alert, Code, ScrollArea, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useNodeCommand } from '@/api/nodeCommands';
import { Dialog } from '@/components/Dialog';
import { ErrorState } from '@/components/ErrorState';
import { commandState } from '@/staff/commandState';

import { LogText } from './logText';

const TAIL = 200;
/** News of so many milliseconds are drawn together. */
const GATHER = 200;

interface Props {
  readonly node: Node;
  readonly container: Container;
  readonly onClose: () => void;
}

export function ContainerLogs({ node, container, onClose }: Props) {
  const { t } = useTranslation();
  const run = useNodeCommand();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [error, setError] = useState<unknown>();
  const viewport = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let log = new LogText();
    let drawing: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      drawing ??= setTimeout(() => {
        drawing = undefined;
        setText(log.text());
      }, GATHER);
    };
    run({
      nodeId: node.id,
      action: { action: { case: 'logs', value: { containerId: container.id, tail: TAIL, follow: true } } },
      onOpen: () => {
        log = new LogText();
      },
      onOutput: ({ kind, data }) => {
        log.push(data, kind === OutputKind.STDERR);
        draw();
      },
      signal,
    })
      .then((ended) => {
        if (ended && ended.state !== NodeCommandState.SUCCEEDED)
          setProblem(ended.problem || t(`nodes.commandStates.${commandState(ended.state)[0]}`));
      })
      .catch((reason: unknown) => {
        if (!signal.aborted) setError(reason);
      });
    return () => {
      controller.abort();
      clearTimeout(drawing);
    };
  }, [run, node.id, container.id, t]);
  useEffect(() => {
    const box = viewport.current;
    // Whoever has scrolled up reads there.
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < 200) box.scrollTop = box.scrollHeight;
  }, [text]);
  return (
    <Dialog
      opened
      size="xl"
      onClose={onClose}
      title={t('nodes.containers.logs.title', { name: container.name })}
    >
      <Stack>
        {error !== undefined && <ErrorState error={error} />}
        {problem !== '' && <Alert color="red">{problem}</Alert>}
        <ScrollArea.Autosize mah="60vh" viewportRef={viewport}>
          <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} tabIndex={0}>
            {text || t('nodes.containers.logs.none')}
          </Code>
        </ScrollArea.Autosize>
        <Text size="xs" c="dimmed">
          {t('nodes.containers.logs.text')}
        </Text>
      </Stack>
    </Dialog>
  );
}
