/** What there is to run when the explorer is opened for the first time. */
export const tabs = [
  `# An inbox with its newest conversations. Ctrl Enter runs it; Ctrl Space says what can be written.
query Inbox {
  viewer { agent { name } }
  conversations(first: 5) {
    nodes {
      id
      subject
      status
      contact { name }
      ticket { name status { name } }
    }
  }
}
`,
  `# What happens, as it happens: run it, then work in the inbox.
subscription Happenings {
  events {
    reason
    events { kind occurredAt actor { name } }
  }
}
`,
];
