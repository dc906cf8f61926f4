// follow is what the clients subscribe to.
export const follow = `subscription Follow($id: ID!) { conversationLive(id: $id) {
  cursor reason conversation { id status messages(last: 1) { nodes { id ... on IncomingMessage { text } } } } } }`

// tell gives the test one line.
export const tell = (what) => console.log(JSON.stringify(what))
