/** The inbox, and what one wants to hear of. */
export const inbox = {
  title: 'Notifications',
  text: 'What has happened that you should know. Kept for 90 days.',
  unread: 'Unread only',
  unreadMark: 'Unread',
  markAll: 'Mark all as read',
  markOne: 'Mark as read',
  markNamed: 'Mark as read: {{title}}',
  empty: { title: 'Nothing yet', text: 'News of your servers and alerts appear here.' },
  kinds: {
    unspecified: 'Other',
    server_created: 'A server is ready',
    operation_failed: 'Work has failed or is stuck',
    alert_fired: 'An alert fires',
    alert_resolved: 'An alert is over',
    security: 'Password changed, token made',
  },
  preferences: {
    tab: 'Notifications',
    title: 'What you want to hear of',
    text: 'And how. News of security cannot be switched off.',
    kind: 'News',
    ways: { inbox: 'Inbox', email: 'E-mail', channels: 'Channels' },
    one: '{{kind}}: {{way}}',
    saved: 'Your choices are saved.',
  },
} as const;
