/** Who is signed in here: a token, kept in this browser so that a ticket's record opens in another tab. */

const kept = "deskwire.token";
const listeners = new Set<() => void>();

export interface Session {
  readonly token: string | null;
  /** A token that came with the address while somebody else is signed in: nobody is switched without being asked. */
  readonly offered: string | null;
  /** True: a token ended by itself, and nobody signed out. */
  readonly ended: boolean;
}

let session: Session = { token: localStorage.getItem(kept), offered: null, ended: false };

function become(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

export const currentSession = (): Session => session;

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes the token out of the fragment of the address, which no server ever sees, and out of the history. */
export function takeTokenFromAddress(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!given) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (!session.token) signIn(given);
  else if (session.token !== given) become({ ...session, offered: given });
}

export function signIn(token: string): void {
  localStorage.setItem(kept, token);
  become({ token, offered: null, ended: false });
}

export function declineOffer(): void {
  become({ ...session, offered: null });
}

export function signOut(ended = false): void {
  localStorage.removeItem(kept);
  become({ token: null, offered: null, ended });
}

// Signing in or out in one tab holds for all.
addEventListener("storage", (event) => {
  if (event.key === kept && event.newValue !== session.token) become({ token: event.newValue, offered: null, ended: false });
});
