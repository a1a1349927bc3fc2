/** The hypervisors and what their examination finds. */
export const hypervisors = {
  title: 'Hypervisors',
  columns: { name: 'Name', kind: 'Kind', version: 'Version', nodes: 'Nodes', state: 'State' },
  states: { unspecified: 'Not known yet', available: 'Answers', unavailable: 'Does not answer' },
  kinds: { proxmox: 'Proxmox VE', sim: 'Simulation' },
  empty: {
    title: 'No hypervisors',
    text: 'They are named in the server’s configuration; restart the server after a change.',
  },
  gone: { title: 'No such hypervisor', text: 'The configuration names none like it.' },
  back: 'To the hypervisors',
  simulatedText: 'It only pretends: servers on it are not real. Good for trying things out.',
  check: {
    title: 'Check',
    again: 'Check again',
    running: 'Checking: this can take a few seconds.',
    errors_one: '{{formatted}} error has to be put right before servers can be created or changed.',
    errors_other: '{{formatted}} errors have to be put right before servers can be created or changed.',
    warnings_one: 'It works, with {{formatted}} warning.',
    warnings_other: 'It works, with {{formatted}} warnings.',
    ok: 'Everything is in order.',
    advice: 'What to do:',
    severities: { unspecified: 'Unknown', ok: 'In order', warning: 'Warning', error: 'Error' },
  },
} as const;
