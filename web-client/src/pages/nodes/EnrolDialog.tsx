/** Lets a machine join: a token that is shown once, what to do on the machine, and a word when it has come. */
import { useQuery } from '@connectrpc/connect-query';
import { EnrolmentTokenState, type Node, Nodes } from '@hostler/client';
import {
  Alert,
  Button,
  Code,
  Group,
  Loader,
  NativeSelect,
  Paper,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useNodes } from '@/api/nodes';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { CopyButton } from '@/components/CopyButton';
import { Dialog } from '@/components/Dialog';
import { FormFailure } from '@/forms/FormFailure';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';
import { labelsOf } from '@/forms/nodeLabels';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** The one that is enrolled again. */
  readonly node?: Node;
}

interface Made {
  readonly secret: string;
  readonly tokenId: string;
}

/** Somebody sits before the dialog and waits, and nothing streams what becomes of a token. */
const AGAIN = 2_000;

const TIMES = [
  ['minutes', 600],
  ['hour', 3600],
  ['day', 86_400],
  ['week', 604_800],
] as const;

export function EnrolDialog({ opened, onClose, node }: Props) {
  const { t } = useTranslation();
  const title = node ? t('nodes.enrol.againTitle', { name: node.displayName }) : t('nodes.enrol.title');
  // A slip of the hand must not lose what nobody can show again.
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size="lg" closeOnClickOutside={false}>
      <Steps onClose={onClose} node={node} />
    </Dialog>
  );
}

/** In a component of its own: it is made anew each time the dialog opens. */
function Steps({ onClose, node }: { readonly onClose: () => void; readonly node: Node | undefined }) {
  const [made, setMade] = useState<Made>();
  return made ? (
    <Secret made={made} onClose={onClose} again={node !== undefined} />
  ) : (
    <Question onClose={onClose} onMade={setMade} node={node} />
  );
}

interface QuestionProps {
  readonly onClose: () => void;
  readonly onMade: (made: Made) => void;
  readonly node: Node | undefined;
}

function Question({ onClose, onMade, node }: QuestionProps) {
  const { t } = useTranslation();
  const client = useClient(Nodes);
  const invalidate = useInvalidate();
  const { form, failure, submitting, onSubmit } = useApiForm<{
    name: string;
    labels: string;
    seconds: string;
  }>({
    mode: 'controlled',
    initialValues: { name: '', labels: '', seconds: '3600' },
    validate: {
      labels: (text) => (labelsOf(text) === undefined ? t('nodes.enrol.labelsWrong') : null),
    },
    fieldNames: { display_name: 'name', ttl: 'seconds' },
    send: async ({ name, labels, seconds }) => {
      const { secret, enrolmentToken } = await client.createEnrolmentToken({
        displayName: name.trim(),
        labels: labelsOf(labels) ?? {},
        ttl: { seconds: BigInt(seconds) },
        nodeId: node?.id ?? '',
        requestId: newRequestId(),
      });
      invalidate(Nodes.method.listEnrolmentTokens);
      onMade({ secret, tokenId: enrolmentToken?.id ?? '' });
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormFailure text={failure} />
        {node ? (
          <Text size="sm">{t('nodes.enrol.againText')}</Text>
        ) : (
          <>
            <TextInput
              data-autofocus
              label={t('nodes.enrol.name')}
              description={t('nodes.enrol.nameHint')}
              maxLength={100}
              {...form.getInputProps('name')}
            />
            <Textarea
              autosize
              label={t('nodes.enrol.labels')}
              description={t('nodes.enrol.labelsHint')}
              {...form.getInputProps('labels')}
            />
          </>
        )}
        <NativeSelect
          label={t('nodes.enrol.validFor')}
          data={TIMES.map(([name, seconds]) => ({ value: String(seconds), label: t(`nodes.enrol.${name}`) }))}
          {...form.getInputProps('seconds')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={submitting}>
            {t('nodes.enrol.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface SecretProps {
  readonly made: Made;
  readonly onClose: () => void;
  /** The machine has been enrolled before. */
  readonly again: boolean;
}

function Secret({ made, onClose, again }: SecretProps) {
  const { t } = useTranslation();
  const commands = [
    `hostler-agent enrol --server ${window.location.origin} --token-stdin${again ? ' --force' : ''}`,
    'hostler-agent run',
  ];
  return (
    <Stack>
      <Text size="sm">{t('nodes.enrol.secretText')}</Text>
      <Copied label={t('nodes.enrol.secret')} values={[made.secret]} />
      <Copied label={t('nodes.enrol.commands')} values={commands} />
      <Text size="sm" c="dimmed">
        {t('nodes.enrol.commandsText')}
      </Text>
      <Joined tokenId={made.tokenId} />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('common.close')}</Button>
      </Group>
    </Stack>
  );
}

function Copied({ label, values }: { readonly label: string; readonly values: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <div role="group" aria-label={label}>
      <Text size="sm" fw={500} mb={4} aria-hidden>
        {label}
      </Text>
      <Stack gap={6}>
        {values.map((value) => (
          <Paper key={value} withBorder px="sm" py={6}>
            <Group wrap="nowrap" justify="space-between" gap="xs">
              <Code bg="transparent" p={0} style={{ userSelect: 'all', overflowWrap: 'anywhere' }}>
                {value}
              </Code>
              <CopyButton value={value} label={t('common.copy')} />
            </Group>
          </Paper>
        ))}
      </Stack>
    </div>
  );
}

/** What has become of the token: the newest tokens are the first of the list. */
function Joined({ tokenId }: { readonly tokenId: string }) {
  const { t } = useTranslation();
  const { nodes } = useNodes();
  const list = useQuery(Nodes.method.listEnrolmentTokens, { pageToken: '' }, { refetchInterval: AGAIN });
  const token = list.data?.enrolmentTokens.find(({ id }) => id === tokenId);
  const joined = token && nodes.get(token.enrolledNodeId);
  const over = token?.state === EnrolmentTokenState.EXPIRED || token?.state === EnrolmentTokenState.REVOKED;
  return (
    <div role="status">
      {joined ? (
        <Alert color="petrol">
          <Group justify="space-between">
            {t('nodes.enrol.joined', { name: joined.displayName })}
            <Button size="xs" component={Link} to={paths.node(joined.id)}>
              {t('nodes.enrol.open')}
            </Button>
          </Group>
        </Alert>
      ) : over ? (
        <Alert color="gray">{t('nodes.enrol.over')}</Alert>
      ) : (
        <Group gap="xs">
          <Loader size="xs" />
          <Text size="sm">{t('nodes.enrol.waiting')}</Text>
        </Group>
      )}
    </div>
  );
}
