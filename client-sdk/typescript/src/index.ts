/** The public face of the package: the services and messages, a way to reach a server, and errors that say what to do. */
export * from './gen/hostler/v1/alert_rules_pb.js';
export * from './gen/hostler/v1/alerts_pb.js';
export * from './gen/hostler/v1/audit_pb.js';
export * from './gen/hostler/v1/auth_pb.js';
export * from './gen/hostler/v1/catalog_pb.js';
export * from './gen/hostler/v1/channels_pb.js';
export * from './gen/hostler/v1/containers_pb.js';
export * from './gen/hostler/v1/monitoring_pb.js';
export * from './gen/hostler/v1/node_stats_pb.js';
export * from './gen/hostler/v1/node_commands_pb.js';
export * from './gen/hostler/v1/nodes_pb.js';
export * from './gen/hostler/v1/notifications_pb.js';
export * from './gen/hostler/v1/operations_pb.js';
export * from './gen/hostler/v1/servers_pb.js';
export * from './gen/hostler/v1/snapshots_pb.js';
export * from './gen/hostler/v1/users_pb.js';

export { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from './gen/google/rpc/error_details_pb.js';

export { type Problem, problemOf, type Violation } from './problem.js';
export { isReason, type Reason, REASONS } from './reasons.js';
export { createHostlerTransport, type HostlerTransportOptions } from './transport.js';
