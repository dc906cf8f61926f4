import { useState } from "react";
import { mediumTime } from "../lib/time";
import { Panel } from "../record/page";
import { t } from "../text";
import { Badge, Button, Skeleton } from "../ui/parts";
import { CreateForm, formText, TextField } from "./parts";
import { TokenCreate, TokenRevoke, Tokens } from "./queries";
import { useAdmin } from "./use-admin";

const day = 86_400_000;

/** One's own API tokens. A new one is shown once. */
export function TokensTab() {
  const { data, change } = useAdmin(Tokens, ["API_TOKEN_CREATED", "API_TOKEN_REVOKED"]);
  const [secret, setSecret] = useState<string | null>(null);
  if (!data) return <Skeleton />;
  const create = async (values: FormData) => {
    const days = Number(formText(values, "days"));
    const expiresAt = days > 0 ? new Date(Date.now() + days * day).toISOString() : null;
    const { done } = await change(TokenCreate, { input: { name: formText(values, "name"), expiresAt } });
    setSecret(done?.secret ?? null);
    return done !== null;
  };
  return (
    <>
      {secret && (
        <div role="status" className="mb-5 rounded-2xl border border-note-line bg-note p-4 text-note-text">
          <p className="mb-2 font-medium">{t.admin.tokenOnce}</p>
          <code className="block rounded-lg bg-paper px-3 py-2 break-all text-ink select-all">{secret}</code>
        </div>
      )}
      <Panel title={t.admin.tabs.tokens}>
        <ul className="divide-y divide-line">
          {data.viewer.apiTokens.map((token) => (
            <li key={token.id} className="flex flex-wrap items-center gap-3 py-2">
              <span className="min-w-0 flex-1">
                <bdi className="block truncate font-medium">{token.name}</bdi>
                <span className="block text-xs text-muted">
                  {token.lastUsedAt ? t.admin.lastUsed(mediumTime(token.lastUsedAt)) : t.admin.neverUsed}
                  {token.expiresAt && ` · ${t.admin.ends(mediumTime(token.expiresAt))}`}
                </span>
              </span>
              {token.revokedAt ? (
                <Badge tone="closed">{t.admin.revoked}</Badge>
              ) : (
                <Button aria-label={t.admin.revokeOf(token.name)} onClick={() => void change(TokenRevoke, { input: { apiTokenId: token.id } })}>
                  {t.admin.revoke}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Panel>
      <CreateForm label={t.admin.newToken} onMake={create}>
        <TextField name="name" label={t.admin.name} required />
        <TextField name="days" label={t.admin.expires} type="number" min={1} max={3650} />
      </CreateForm>
    </>
  );
}
