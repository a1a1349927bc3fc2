/** Has a machine fetch an image, and shows how far that is. */
import { AgentCapability, type Node, NodeCommandState } from '@hostler/client';
import { Alert, Button, Code, Group, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload } from '@tabler/icons-react';
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useNodeCommand } from '@/api/nodeCommands';
import { Dialog } from '@/components/Dialog';
import { ErrorState } from '@/components/ErrorState';
import { useToasts } from '@/components/toast';
import { commandState } from '@/staff/commandState';

/** A name with its registry, path and tag or digest. */
const LONGEST = 255;

export function PullImage({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const [opened, dialog] = useDisclosure(false);
  if (!node.facts?.capabilities.includes(AgentCapability.IMAGES_PULL)) return null;
  return (
    <Group justify="flex-end">
      <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={dialog.open}>
        {t('nodes.pull.action')}
      </Button>
      <Dialog
        opened={opened}
        onClose={dialog.close}
        title={t('nodes.pull.title', { name: node.displayName })}
      >
        <Pulling node={node} onDone={dialog.close} />
      </Dialog>
    </Group>
  );
}

interface Props {
  readonly node: Node;
  readonly onDone: () => void;
}

function Pulling({ node, onDone }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const run = useNodeCommand();
  const [image, setImage] = useState('');
  const [pulling, setPulling] = useState(false);
  const [layers, setLayers] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState('');
  const [error, setError] = useState<unknown>();
  const controller = useRef<AbortController>(undefined);
  // Whoever closes the dialog does not want it any more.
  useEffect(() => () => controller.current?.abort(), []);

  const pull = async () => {
    const aborting = new AbortController();
    controller.current = aborting;
    setPulling(true);
    setProblem('');
    setError(undefined);
    setLayers(new Map());
    try {
      const ended = await run({
        nodeId: node.id,
        action: { action: { case: 'pull', value: { image } } },
        onOutput: ({ data }) => {
          const line = new TextDecoder().decode(data).trim();
          // A line of a layer takes the place of the one before.
          const [layer = line] = line.split(': ', 1);
          setLayers((known) => new Map(known).set(layer, line));
        },
        signal: aborting.signal,
      });
      if (!ended || aborting.signal.aborted) return;
      if (ended.state === NodeCommandState.SUCCEEDED) {
        toasts.success(t('nodes.pull.done', { image }));
        onDone();
      } else setProblem(ended.problem || t(`nodes.commandStates.${commandState(ended.state)[0]}`));
    } catch (reason) {
      if (!aborting.signal.aborted) setError(reason);
    } finally {
      setPulling(false);
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!pulling && image !== '') void pull();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('nodes.pull.image')}
          description={t('nodes.pull.hint')}
          value={image}
          maxLength={LONGEST}
          disabled={pulling}
          data-autofocus
          onChange={(event) => setImage(event.currentTarget.value.trim())}
        />
        {error !== undefined && <ErrorState error={error} />}
        {problem !== '' && (
          <Alert color="red" title={t('nodes.pull.failed')}>
            {problem}
          </Alert>
        )}
        {layers.size > 0 && (
          <ScrollArea.Autosize mah="40vh">
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} role="log" tabIndex={0}>
              {[...layers.values()].join('\n')}
            </Code>
          </ScrollArea.Autosize>
        )}
        <Text size="xs" c="dimmed">
          {t('nodes.pull.text')}
        </Text>
        <Group justify="flex-end">
          <Button type="submit" loading={pulling} disabled={image === ''}>
            {t('nodes.pull.start')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
