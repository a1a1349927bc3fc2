import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';

import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from './gen/google/rpc/error_details_pb.js';
import { problemOf } from './problem.js';

describe('problemOf', () => {
  it('reads the reason, the bad fields and the pause out of the details', () => {
    const error = new ConnectError('the request has bad fields', Code.InvalidArgument, undefined, [
      {
        desc: ErrorInfoSchema,
        value: create(ErrorInfoSchema, {
          reason: 'INVALID_FIELDS',
          domain: 'hostler',
          metadata: { bad_fields: '1' },
        }),
      },
      {
        desc: BadRequestSchema,
        value: { fieldViolations: [{ field: 'name', description: 'must not be empty' }] },
      },
      { desc: RetryInfoSchema, value: { retryDelay: { seconds: 2n, nanos: 500_000_000 } } },
    ]);

    expect(problemOf(error)).toEqual({
      code: Code.InvalidArgument,
      reason: 'INVALID_FIELDS',
      metadata: { bad_fields: '1' },
      message: 'the request has bad fields',
      violations: [{ field: 'name', description: 'must not be empty' }],
      retryAfter: 2500,
    });
  });

  it('takes no reason from somebody else in between', () => {
    const error = new ConnectError('no', Code.Unavailable, undefined, [
      { desc: ErrorInfoSchema, value: { reason: 'PROXY', domain: 'proxy.example' } },
    ]);
    expect(problemOf(error)).toMatchObject({ reason: '', code: Code.Unavailable, retryAfter: undefined });
  });

  it('takes anything that was thrown', () => {
    expect(problemOf(new TypeError('Failed to fetch'))).toMatchObject({ code: Code.Unknown, reason: '' });
  });
});
