import type { Client } from "graphql-ws";
import { useContext, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { queryUncached } from "../api/query-uncached";
import { graphql } from "../api/graphql";
import { useLiveClient } from "../api/live";
import { quotedPart } from "../lib/quote";
import { t } from "../text";
import { EarlierContext } from "./earlier";
import { LinkifiedText } from "./linkified-text";
import { readableMail } from "./mail";
import { MailFrame } from "./mail-frame";

const SafeHtml = graphql(`
  query SafeHtml($ids: [ID!]!) {
    nodes(ids: $ids) { __typename ... on IncomingMessage { id safeHtml } ... on OutgoingMessage { id safeHtml } }
  }
`);

interface Said {
  readonly id: string;
  readonly text: string;
  readonly createdAt: string;
}

/** What a message says: its HTML where that says more than its text. Older messages that it drags along are folded. */
export function MessageBody({ said, from }: { said: Said; from: string }) {
  const place = useRef<HTMLDivElement>(null);
  const html = useHtml(said, place);
  const earlier = useContext(EarlierContext);
  const mail = useMemo(
    () => html && readableMail(html, said.text, t.mail.quoted, (line) => earlier?.has(line, said.createdAt) ?? false),
    [html, said.text, said.createdAt, earlier],
  );
  return (
    <div ref={place} data-html={mail ? "" : undefined} className={mail ? "w-2xl max-w-full" : ""}>
      {mail ? <MailFrame body={mail.body} title={t.mail.frame(from)} /> : <Folded text={said.text} at={said.createdAt} />}
      {mail && mail.pictures > 0 && <p className="mt-1.5 text-xs text-muted">{t.mail.pictures(mail.pictures)}</p>}
    </div>
  );
}

function Folded({ text, at }: { text: string; at: string }) {
  const earlier = useContext(EarlierContext);
  const [before, quoted, after] = useMemo(() => {
    const lines = text.split("\n");
    const part = quotedPart(lines, (line) => earlier?.has(line, at) ?? false);
    const some = (from: number, to?: number) => lines.slice(from, to).join("\n").replace(/^\n+/, "").trimEnd();
    return part ? [some(0, part.from), some(part.from, part.to), some(part.to)] : [text, "", ""];
  }, [text, at, earlier]);
  const look = "bidi-lines text-start leading-relaxed break-words whitespace-pre-wrap";
  return (
    <>
      {before && <p dir="auto" className={look}><LinkifiedText text={before} /></p>}
      {quoted && (
        <details className="my-1 text-muted">
          <summary aria-label={t.mail.quoted} title={t.mail.quoted} className="inline-block rounded-md bg-sunken px-2.5 leading-5 select-none hover:text-ink">
            …
          </summary>
          <p dir="auto" className={`mt-2 ${look}`}><LinkifiedText text={quoted} /></p>
        </details>
      )}
      {after && <p dir="auto" className={look}><LinkifiedText text={after} /></p>}
    </>
  );
}

/** The safe HTML of a message, once it is near what is seen; null before, and where there is none. */
function useHtml({ id, text }: Pick<Said, "id" | "text">, place: RefObject<HTMLElement | null>): string | null {
  const client = useLiveClient();
  const [html, setHtml] = useState<string | null>(() => known(client).get(id + text) ?? null);
  useEffect(() => {
    let here = true;
    const near = new IntersectionObserver(
      (seen) => {
        if (!seen.some((s) => s.isIntersecting)) return;
        near.disconnect();
        void htmlOf(client, id, text).then((got) => here && setHtml(got));
      },
      { rootMargin: "800px 0px" },
    );
    near.observe(place.current!);
    return () => {
      here = false;
      near.disconnect();
    };
  }, [client, id, text, place]);
  return html;
}

// A message does not change, but its text does when its contact is erased; then its HTML is asked for again.
const kept = new WeakMap<Client, Map<string, string | null>>();
const most = 300;

function known(client: Client): Map<string, string | null> {
  if (!kept.has(client)) kept.set(client, new Map());
  return kept.get(client)!;
}

let waiting: { client: Client; ids: string[]; answer: Promise<ReadonlyMap<string, string | null> | null> } | null = null;

/** Asks for the HTML of all messages that want it now at once: the thread itself does not carry it with each event. */
async function htmlOf(client: Client, id: string, text: string): Promise<string | null> {
  const all = known(client);
  const had = all.get(id + text);
  if (had !== undefined) return had;
  if (waiting?.client !== client || waiting.ids.length >= 25) {
    const ids: string[] = [];
    const answer = new Promise((soon) => setTimeout(soon)).then(() => {
      if (waiting?.ids === ids) waiting = null;
      return fetchAll(client, ids);
    });
    waiting = { client, ids, answer };
  }
  waiting.ids.push(id);
  const found = await waiting.answer;
  if (!found) return null; // it could not be had: the text is there
  const html = found.get(id) ?? null;
  if (all.size >= most) all.delete(all.keys().next().value!);
  all.set(id + text, html);
  return html;
}

async function fetchAll(client: Client, ids: string[]): Promise<ReadonlyMap<string, string | null> | null> {
  const data = await queryUncached(client, SafeHtml, { ids });
  return data && new Map(data.nodes.flatMap((n) => (n && "safeHtml" in n ? [[n.id, n.safeHtml] as const] : [])));
}
