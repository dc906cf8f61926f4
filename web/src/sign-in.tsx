import { useEffect, useState, type FormEvent } from "react";
import { declineOffer, signIn, type Session } from "./api/session";
import { t } from "./text";
import { Button, Field, Input } from "./ui/parts";

interface Who {
  readonly viewer: { readonly agent: { readonly name: string } };
}

/** Asks the server whose token it is; null: nobody's. */
async function ask(token: string): Promise<Who | null> {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: "Bearer " + token },
    body: JSON.stringify({ query: "{ viewer { agent { name } } }" }),
  });
  return answer.ok ? (((await answer.json()) as { data: Who | null }).data ?? null) : null;
}

export function SignIn({ session }: { session: Session }) {
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <div className="w-full max-w-md rounded-2xl border border-line bg-paper p-8 shadow-pop">
        <img src="/icon.svg" alt="" className="mb-5 size-11" />
        <h1 className="text-xl font-semibold">{t.signIn.title}</h1>
        {session.offered ? <Offer session={session} /> : <TokenForm ended={session.ended} />}
      </div>
    </main>
  );
}

function TokenForm({ ended }: { ended: boolean }) {
  const [token, setToken] = useState("");
  const [trouble, setTrouble] = useState("");
  const [asking, setAsking] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    setTrouble("");
    try {
      if (await ask(token.trim())) return signIn(token.trim());
      setTrouble(t.signIn.wrong);
    } catch {
      setTrouble(t.errors.network);
    }
    setAsking(false);
  };
  return (
    <form onSubmit={submit} className="mt-1 space-y-4">
      <p className="text-muted">{ended ? t.signIn.ended : t.signIn.lead}</p>
      <Field label={t.signIn.token}>
        <Input type="password" autoComplete="current-password" required value={token} onChange={(e) => setToken(e.target.value)} aria-describedby="sign-in-trouble" />
      </Field>
      <p id="sign-in-trouble" role="alert" className="text-sm text-bad empty:hidden">
        {trouble}
      </p>
      <Button look="primary" type="submit" disabled={asking} className="h-10 w-full">
        {t.signIn.button}
      </Button>
      <p className="text-sm text-muted">
        {t.signIn.help}
        <code className="mt-1 block overflow-x-auto rounded-lg bg-sunken px-3 py-2 text-xs text-ink">deskwire token --account demo --email ada@demo.test</code>
      </p>
    </form>
  );
}

function Offer({ session }: { session: Session }) {
  const [name, setName] = useState("…");
  useEffect(() => {
    void ask(session.token!).then(
      (who) => (who ? setName(who.viewer.agent.name) : signIn(session.offered!)), // nobody is signed in any more
      () => {},
    );
  }, [session]);
  return (
    <div className="mt-1 space-y-3">
      <p className="text-muted">{t.signIn.offer(name)}</p>
      <Button look="primary" className="h-10 w-full" onClick={() => signIn(session.offered!)}>
        {t.signIn.offerTake}
      </Button>
      <Button className="h-10 w-full" onClick={declineOffer}>
        {t.signIn.offerStay(name)}
      </Button>
    </div>
  );
}
