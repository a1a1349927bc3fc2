/** Messages as the server sends them, with what a test does not care about filled in. */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  type Alert,
  AlertComparison,
  AlertMetric,
  type AlertRule,
  AlertRuleSchema,
  AlertSchema,
  AlertSeverity,
  AlertState,
  BadRequestSchema,
  CatalogState,
  ErrorInfoSchema,
  type Operation,
  OperationSchema,
  OperationState,
  type Reason,
  RetryInfoSchema,
  type Server,
  ServerSchema,
  ServerState,
  type Tariff,
  TariffSchema,
  type Tokens,
  TokensSchema,
  type User,
  UserRole,
  UserSchema,
  UserState,
} from '@hostler/client';

let made = 0;

export function aServer(init: MessageInitShape<typeof ServerSchema> = {}): Server {
  made += 1;
  return create(ServerSchema, {
    id: `0190-${String(made).padStart(8, '0')}`,
    name: `server-${made}`,
    state: ServerState.RUNNING,
    cpuMillicores: 2000,
    memoryBytes: 4n * 1024n ** 3n,
    diskBytes: 40n * 1024n ** 3n,
    priceMinor: 1250n,
    currency: 'EUR',
    createTime: timestampFromMs(Date.UTC(2026, 0, 2, 3, 4)),
    ...init,
  });
}

export function aUser(init: MessageInitShape<typeof UserSchema> = {}): User {
  return create(UserSchema, {
    id: '0190-user',
    email: 'ann@example.org',
    emailVerified: true,
    displayName: 'Ann',
    locale: 'en',
    role: UserRole.CUSTOMER,
    state: UserState.ACTIVE,
    ...init,
  });
}

export function aTariff(init: MessageInitShape<typeof TariffSchema> = {}): Tariff {
  return create(TariffSchema, {
    id: '0190-tariff',
    name: 'Small',
    cpuMillicores: 1500,
    memoryBytes: 2n * 1024n ** 3n,
    diskBytes: 20n * 1024n ** 3n,
    priceMinor: 499n,
    currency: 'EUR',
    networkBytesPerSecond: 12_500_000n,
    snapshotLimit: 3,
    state: CatalogState.ACTIVE,
    etag: 'first',
    ...init,
  });
}

export function anOperation(init: MessageInitShape<typeof OperationSchema> = {}): Operation {
  return create(OperationSchema, {
    id: '0190-operation',
    kind: 'server.create',
    serverId: '0190-server',
    ownerId: '0190-user',
    state: OperationState.RUNNING,
    createTime: timestampFromMs(Date.UTC(2026, 0, 2, 3, 4)),
    ...init,
  });
}

export function tokens(accessToken = 'access-1', validFor = 600_000): Tokens {
  return create(TokensSchema, {
    accessToken,
    accessTokenExpireTime: timestampFromMs(Date.now() + validFor),
  });
}

interface Refusal {
  readonly metadata?: Record<string, string>;
  readonly violations?: readonly { field: string; description: string }[];
  readonly retrySeconds?: number;
}

/** A refusal with its details, as `services/status.rs` makes it. */
export function refusal(code: Code, reason: Reason, rest: Refusal = {}): ConnectError {
  const { metadata = {}, violations = [], retrySeconds } = rest;
  return new ConnectError('in English', code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: 'hostler', metadata } },
    ...(violations.length > 0
      ? [{ desc: BadRequestSchema, value: { fieldViolations: [...violations] } }]
      : []),
    ...(retrySeconds !== undefined
      ? [{ desc: RetryInfoSchema, value: { retryDelay: { seconds: BigInt(retrySeconds) } } }]
      : []),
  ]);
}

export function anAlert(init: Partial<Alert> = {}): Alert {
  const alert = create(AlertSchema, {
    id: '0190-alert',
    ruleId: '0190-rule',
    ruleName: 'Processor busy',
    serverId: '0190-server',
    serverName: 'web-1',
    severity: AlertSeverity.WARNING,
    state: AlertState.FIRING,
    value: 0.97,
    fireTime: timestampFromMs(Date.UTC(2026, 0, 2, 3, 4)),
    condition: {
      condition: {
        case: 'metric',
        value: {
          metric: AlertMetric.CPU_RATIO,
          comparison: AlertComparison.ABOVE,
          threshold: 0.9,
          duration: { seconds: 300n },
        },
      },
    },
  });
  return { ...alert, ...init };
}

export function aRule(init: Partial<AlertRule> = {}): AlertRule {
  const rule = create(AlertRuleSchema, {
    id: '0190-rule',
    displayName: 'Processor busy',
    ownerId: '0190-user',
    severity: AlertSeverity.WARNING,
    subjects: { subjects: { case: 'allServers', value: {} } },
    condition: {
      condition: {
        case: 'metric',
        value: { metric: AlertMetric.CPU_RATIO, comparison: AlertComparison.ABOVE, threshold: 0.9 },
      },
    },
    etag: 'first',
  });
  return { ...rule, ...init };
}
