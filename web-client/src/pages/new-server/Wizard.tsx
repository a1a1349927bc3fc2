/** The steps themselves. The server judges the whole at the end; what it finds wrong leads back to the step it is about. */
import { Servers } from '@hostler/client';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { useAccepted } from '@/api/accepted';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { SecretDialog } from '@/components/SecretDialog';
import { FormFailure } from '@/forms/FormFailure';
import { required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';

import { type Draft, dropDraft, keepDraft, readDraft } from './draft';
import { SettingsStep } from './SettingsStep';
import { keyLines, sshKeyProblem } from './sshKeys';
import { StepList } from './StepList';
import { SummaryStep } from './SummaryStep';
import { SystemStep } from './SystemStep';
import { TariffStep } from './TariffStep';
import type { Offer } from './useOffer';
import { useWizardStep } from './useWizardStep';
import { stepToMend, WIZARD_STEPS, type WizardStep } from './wizardSteps';

interface Props {
  readonly userId: string;
  readonly offer: Offer;
}

interface Created {
  readonly id: string;
  readonly name: string;
  readonly rootPassword: string;
}

const FIELDS: Readonly<Record<WizardStep, readonly (keyof Draft)[]>> = {
  tariff: ['tariffId'],
  system: ['operatingSystemId'],
  settings: ['name', 'sshPublicKeys'],
  summary: [],
};

export function Wizard({ userId, offer }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useClient(Servers);
  const accepted = useAccepted();
  const { stepOf, goTo } = useWizardStep();
  const [initialValues] = useState(() => keptDraft(userId, offer));
  const [created, setCreated] = useState<Created>();
  const { form, failure, submitting, onSubmit } = useApiForm<Draft>({
    mode: 'controlled',
    initialValues,
    validate: {
      tariffId: (value) => (value === '' ? t('newServer.tariff.choose') : null),
      operatingSystemId: (value) => (value === '' ? t('newServer.system.choose') : null),
      name: required(t),
      sshPublicKeys: (value) => sshKeyProblem(value, t),
    },
    onValuesChange: (values) => keepDraft(userId, values),
    send: async (draft) => {
      try {
        const name = draft.name.trim();
        const answer = await client.createServer({
          ...draft,
          name,
          sshPublicKeys: keyLines(draft.sshPublicKeys),
          requestId: newRequestId(),
        });
        dropDraft(userId);
        accepted(answer, name);
        const id = answer.server?.id ?? '';
        if (answer.rootPassword === '') void navigate(paths.server(id), { replace: true });
        else setCreated({ id, name, rootPassword: answer.rootPassword });
      } catch (error) {
        goTo(stepToMend(error));
        throw error;
      }
    },
  });
  const { values } = form;
  const step = stepOf(values);
  const title = useFocusOnStep(step);

  const next = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (step === 'summary') {
      onSubmit();
      return;
    }
    const wrong = FIELDS[step].filter((field) => form.validateField(field).hasError);
    if (wrong[0] !== undefined) form.getInputNode(wrong[0])?.focus();
    else goTo(WIZARD_STEPS[WIZARD_STEPS.indexOf(step) + 1] ?? 'summary');
  };
  const choice = (field: 'tariffId' | 'operatingSystemId') => ({
    value: values[field],
    error: form.errors[field],
    label: t(`newServer.${step}.title`),
    onChange: (id: string) => form.setFieldValue(field, id),
  });
  const before = WIZARD_STEPS[WIZARD_STEPS.indexOf(step) - 1];

  return (
    <Stack gap="lg">
      <StepList draft={values} step={step} goTo={goTo} />
      <form onSubmit={next} noValidate>
        <Stack>
          <div>
            <Text size="sm" c="dimmed">
              {t('newServer.stepOf', { step: WIZARD_STEPS.indexOf(step) + 1, count: WIZARD_STEPS.length })}
            </Text>
            <Title order={2} size="h3" ref={title} tabIndex={-1} style={{ outline: 'none' }}>
              {t(`newServer.${step}.title`)}
            </Title>
          </div>
          <FormFailure text={failure} />
          {step === 'tariff' && <TariffStep tariffs={offer.tariffs} {...choice('tariffId')} />}
          {step === 'system' && (
            <SystemStep
              systems={offer.systems}
              tariff={offer.tariffs.find(({ id }) => id === values.tariffId)}
              {...choice('operatingSystemId')}
            />
          )}
          {step === 'settings' && <SettingsStep form={form} pools={offer.pools} />}
          {step === 'summary' && <SummaryStep draft={values} offer={offer} goTo={goTo} />}
          <Group>
            {before && (
              <Button variant="default" onClick={() => goTo(before)}>
                {t('common.back')}
              </Button>
            )}
            <Button type="submit" loading={submitting}>
              {t(step === 'summary' ? 'newServer.summary.create' : 'newServer.next')}
            </Button>
          </Group>
        </Stack>
      </form>
      <SecretDialog
        secret={created?.rootPassword}
        title={t('newServer.created.title', { name: created?.name ?? '' })}
        text={t('newServer.created.text')}
        label={t('newServer.created.label')}
        action={t('newServer.created.action')}
        onClose={() => {
          if (created) void navigate(paths.server(created.id), { replace: true });
        }}
      />
    </Stack>
  );
}

/** What was chosen before a reload, without what is no longer on offer. */
function keptDraft(userId: string, { tariffs, systems, pools }: Offer): Draft {
  const kept = readDraft(userId);
  const offered = (id: string, list: readonly { readonly id: string }[]) =>
    list.some((entry) => entry.id === id) ? id : '';
  return {
    ...kept,
    tariffId: offered(kept.tariffId, tariffs),
    operatingSystemId: offered(kept.operatingSystemId, systems),
    ipPoolId: offered(kept.ipPoolId, pools),
  };
}

/** A new step is read from its beginning; the first one as the page comes up is not. */
function useFocusOnStep(step: WizardStep) {
  const title = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    title.current?.focus();
  }, [step]);
  return title;
}
