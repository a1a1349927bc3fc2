/** Keeps alerts from being told of for a while: those like one that is there, or any. */
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { useQuery } from '@connectrpc/connect-query';
import { type Alert, AlertRules, Alerts } from '@hostler/client';
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { LARGEST_PAGE } from '@/api/pages';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { Dialog } from '@/components/Dialog';
import { ServerPicker } from '@/components/ServerPicker';
import { useToasts } from '@/components/toast';
import { useFormat } from '@/format/useFormat';
import { FormFailure } from '@/forms/FormFailure';
import { useApiForm } from '@/forms/useApiForm';

import { SEVERITIES, severityLook, severityOf } from './severity';

const HOUR = 3_600_000;
const LENGTHS = [HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR, 3 * 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];

interface Props {
  /** One that is to be quiet. */
  readonly alert?: Alert | undefined;
  /** True to choose freely. */
  readonly anything?: boolean;
  readonly onClose: () => void;
}

export function SilenceDialog({ alert, anything = false, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      opened={alert !== undefined || anything}
      onClose={onClose}
      title={t('alerts.silences.createTitle')}
    >
      <Form alert={alert} onClose={onClose} />
    </Dialog>
  );
}

interface Values {
  readonly about: 'alert' | 'rule' | 'place';
  readonly ruleId: string;
  readonly serverId: string;
  readonly severity: string;
  readonly endTime: string;
  readonly comment: string;
}

/** In a component of its own: it is made anew each time the dialog opens. */
function Form({ alert, onClose }: Pick<Props, 'alert' | 'onClose'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const client = useClient(Alerts);
  const api = useApiForm<Values>({
    mode: 'controlled',
    initialValues: {
      about: 'alert',
      ruleId: '',
      serverId: '',
      severity: '',
      endTime: String(HOUR),
      comment: '',
    },
    validate: (values) =>
      alert || values.ruleId || values.serverId || values.severity
        ? {}
        : { ruleId: t('alerts.silences.needsOne') },
    send: async (values) => {
      const endTime = timestampFromMs(Date.now() + Number(values.endTime));
      await client.createSilence({
        silence: { ...matcherOf(values, alert), endTime, comment: values.comment.trim() },
        requestId: newRequestId(),
      });
      invalidate(Alerts.method.listSilences, Alerts.method.listAlerts);
      toasts.success(t('alerts.silences.made', { when: format.dateTime(endTime) }));
      onClose();
    },
  });
  const { form } = api;
  const onNode = alert !== undefined && alert.nodeId !== '';
  return (
    <form onSubmit={api.onSubmit} noValidate>
      <Stack>
        {alert ? (
          <NativeSelect
            label={t('alerts.silences.about')}
            data={[
              { value: 'alert', label: t(`alerts.silences.${onNode ? 'ofAlertOnNode' : 'ofAlert'}`) },
              { value: 'rule', label: t(`alerts.silences.${onNode ? 'ofRuleOnNodes' : 'ofRule'}`) },
              { value: 'place', label: t(`alerts.silences.${onNode ? 'ofNode' : 'ofServer'}`) },
            ]}
            {...form.getInputProps('about')}
          />
        ) : (
          <Matcher form={form} />
        )}
        <NativeSelect
          label={t('alerts.silences.duration')}
          data={LENGTHS.map((length) => ({ value: String(length), label: format.span(length) }))}
          {...form.getInputProps('endTime')}
        />
        <TextInput
          label={t('alerts.silences.comment')}
          description={t('common.mayStayEmpty')}
          maxLength={200}
          {...form.getInputProps('comment')}
        />
        <FormFailure text={api.failure} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={api.submitting}>
            {t('alerts.silences.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Matcher({ form }: { readonly form: ReturnType<typeof useApiForm<Values>>['form'] }) {
  const { t } = useTranslation();
  const { data } = useQuery(AlertRules.method.listAlertRules, { pageSize: LARGEST_PAGE });
  const { serverId } = form.values;
  return (
    <>
      <NativeSelect
        label={t('alerts.silences.rule')}
        data={[
          { value: '', label: t('alerts.silences.anyRule') },
          ...(data?.rules ?? []).map(({ id, displayName }) => ({ value: id, label: displayName })),
        ]}
        {...form.getInputProps('ruleId')}
      />
      <ServerPicker value={serverId} onChange={(id) => form.setFieldValue('serverId', id ?? '')} labelled />
      <NativeSelect
        label={t('alerts.severity')}
        data={[
          { value: '', label: t('alerts.anySeverity') },
          ...SEVERITIES.map((severity) => {
            const [value] = severityLook(severity);
            return { value, label: t(`alerts.severities.${value}`) };
          }),
        ]}
        {...form.getInputProps('severity')}
      />
    </>
  );
}

function matcherOf({ about, ruleId, serverId, severity }: Values, alert: Alert | undefined) {
  if (!alert) {
    const known = severityOf(severity);
    return { ruleId, serverId, ...(known !== undefined && { severity: known }) };
  }
  const place = { serverId: alert.serverId, nodeId: alert.nodeId };
  switch (about) {
    case 'alert':
      return { ruleId: alert.ruleId, ...place };
    case 'rule':
      return { ruleId: alert.ruleId };
    case 'place':
      return place;
  }
}
