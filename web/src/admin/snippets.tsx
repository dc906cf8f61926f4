import { useDeferredValue, useRef, useState, type FormEvent } from "react";
import type { ResultOf, VariablesOf } from "../api/graphql";
import { Panel } from "../record/page";
import { t } from "../text";
import { Badge, Button, EmptyState, Field, IconButton, Input, Select, Textarea, Skeleton } from "../ui/parts";
import { CreateForm, formText, TextField, typedText } from "./parts";
import { SnippetCreate, SnippetDelete, Snippets, SnippetUpdate } from "./queries";
import { useAdmin, type Change } from "./use-admin";

type Snippet = ResultOf<typeof Snippets>["snippets"]["nodes"][number];
type Scope = Snippet["scope"];

// What the server fills in; see the description of Snippet in the schema.
const variables = ["contact.name", "contact.email", "contact.phone", "agent.name", "agent.email", "conversation.number", "conversation.subject", "ticket.number", "ticket.name", "account.name"];

/** The texts to answer with: everybody has their own, admins also take care of the account's. */
export function SnippetsTab({ may }: { may: boolean }) {
  const [typed, setTyped] = useState("");
  const words = useDeferredValue(typed.trim());
  const where: VariablesOf<typeof Snippets> = words ? { where: { or: [{ name: { contains: words } }, { shortcut: { startsWith: words } }, { text: { contains: words } }] } } : {};
  const { data, change } = useAdmin(Snippets, ["SNIPPET_CREATED", "SNIPPET_UPDATED", "SNIPPET_DELETED"], where);
  const create = async (values: FormData) => {
    const input = { name: formText(values, "name"), shortcut: formText(values, "shortcut") || null, text: formText(values, "text"), scope: (formText(values, "scope") || "PERSONAL") as Scope };
    return (await change(SnippetCreate, { input })).done !== null;
  };
  const found = data?.snippets.nodes;
  return (
    <>
      <Panel
        title={t.admin.tabs.snippets}
        actions={<Input type="search" aria-label={t.snippets.find} placeholder={t.snippets.find} value={typed} onChange={(e) => setTyped(e.target.value)} className="max-w-56" />}
      >
        <p className="mb-3 text-sm text-muted">{t.snippets.lead}</p>
        {!found ? (
          <Skeleton />
        ) : found.length === 0 ? (
          <EmptyState icon="bolt" title={words ? t.palette.empty : t.snippets.none} />
        ) : (
          <ul className="divide-y divide-line">
            {found.map((s) => (
              <SnippetItem key={s.id} snippet={s} change={change} />
            ))}
          </ul>
        )}
        {data?.snippets.pageInfo.hasNextPage && <p className="pt-3 text-sm text-muted">{t.snippets.more(100)}</p>}
      </Panel>
      <CreateForm label={t.snippets.new} onMake={create}>
        <SnippetFields scopes={may ? ["PERSONAL", "ACCOUNT"] : undefined} />
      </CreateForm>
    </>
  );
}

function SnippetItem({ snippet: s, change }: { snippet: Snippet; change: Change }) {
  const [open, setOpen] = useState(false);
  const input = { snippetId: s.id, expectedVersion: s.version };
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const [name, shortcut, text] = ["name", "shortcut", "text"].map((field) => typedText(form, field));
    const typed = {
      ...(name === undefined ? {} : { name }),
      ...(shortcut === undefined ? {} : { shortcut: shortcut || null }),
      // HTML that says something else than the text would be worse than none.
      ...(text === undefined ? {} : { text, ...(s.html ? { html: null } : {}) }),
    };
    if (!Object.keys(typed).length || (await change(SnippetUpdate, { input: { ...input, ...typed } })).done) setOpen(false);
  };
  return (
    <li className="py-2" data-snippet={s.name}>
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <bdi className="truncate font-medium">{s.name}</bdi>
            {s.shortcut && <kbd className="text-xs text-muted">/{s.shortcut}</kbd>}
          </span>
          {!open && (
            <span dir="auto" className="block truncate text-start text-[13px] text-muted">
              {s.text}
            </span>
          )}
        </span>
        <Badge tone={s.scope === "ACCOUNT" ? "open" : "closed"}>{t.snippets.scopes[s.scope]}</Badge>
        {s.viewerCanUpdate && (
          <>
            <Button look="quiet" aria-label={t.snippets.editOf(s.name)} aria-expanded={open} onClick={() => setOpen(!open)}>
              {t.edit}
            </Button>
            <IconButton icon="trash" label={t.snippets.deleteOf(s.name)} onClick={() => void change(SnippetDelete, { input })} />
          </>
        )}
      </div>
      {open && (
        <form onSubmit={(e) => void save(e)} aria-label={t.snippets.editOf(s.name)} className="mt-2 rounded-xl bg-ground p-3">
          <div className="grid gap-3 sm:grid-cols-2">
            <SnippetFields snippet={s} />
          </div>
          {s.html && <p className="mt-2 text-xs text-muted">{t.snippets.html}</p>}
          <div className="mt-3 flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>{t.cancel}</Button>
            <Button look="primary" type="submit">
              {t.save}
            </Button>
          </div>
        </form>
      )}
    </li>
  );
}

function SnippetFields({ snippet, scopes }: { snippet?: Snippet; scopes?: readonly Scope[] }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const a = area.current!;
    a.setRangeText(`{{${name}}}`, a.selectionStart, a.selectionEnd, "end");
    a.focus();
  };
  return (
    <>
      <TextField name="name" label={t.admin.name} defaultValue={snippet?.name} required maxLength={200} />
      <TextField name="shortcut" label={t.snippets.shortcut} defaultValue={snippet?.shortcut ?? ""} pattern="[A-Za-z0-9_\-]{1,50}" maxLength={50} autoCapitalize="none" />
      <div className="sm:col-span-2">
        <Field label={t.snippets.text}>
          <Textarea ref={area} name="text" rows={5} defaultValue={snippet?.text} required />
        </Field>
        <p className="mt-1.5 flex flex-wrap items-center gap-1 text-xs text-muted">
          <span className="me-1">{t.snippets.variables}</span>
          {variables.map((name) => (
            <button key={name} type="button" aria-label={t.snippets.insertVariable(name)} onClick={() => insert(name)} className="rounded-md border border-line-strong bg-paper px-1.5 py-0.5 font-mono text-[11px] text-ink hover:bg-hover">
              {name}
            </button>
          ))}
        </p>
      </div>
      {scopes && (
        <Field label={t.snippets.scope}>
          <Select name="scope" className="w-full" defaultValue={scopes[0]}>
            {scopes.map((s) => (
              <option key={s} value={s}>
                {t.snippets.scopes[s]}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </>
  );
}
