import { useLayoutEffect, useMemo, useRef } from "react";
import style from "./mail.css?url";
import { colourOf, styleMail, type Colour, type Theme } from "./mail-colours";

// No scripts run in the frame, whoever they are from. It has the page's origin so that the page can measure it and hear its keys; with no
// script in it, nothing in it can use that. Links may open a tab, which is free of all this.
const sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
const colours = ["--ink", "--muted", "--line", "--line-strong", "--sunken", "--note", "--accent", "--accent-text"];

const around = (body: string) =>
  `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><link rel="stylesheet" href="${style}"></head><body dir="auto">${body}</body></html>`;

/** Shows HTML from strangers, as high as it is, in the page's colours. */
export function MailFrame({ body, title }: { body: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const doc = useMemo(() => around(body), [body]);
  useLayoutEffect(() => {
    const shown = frame.current!;
    let end = () => {};
    const begin = () => {
      end();
      end = shown.contentDocument?.body ? settle(shown, shown.contentDocument) : () => {};
    };
    shown.addEventListener("load", begin);
    return () => {
      shown.removeEventListener("load", begin);
      end();
    };
  }, [doc]);
  return <iframe ref={frame} title={title} sandbox={sandbox} referrerPolicy="no-referrer" srcDoc={doc} className="block h-6 w-full border-0" />;
}

/** The page's colours as they are where the frame is. */
function themeOf(frame: HTMLElement, its: CSSStyleDeclaration): Theme {
  const dark = its.colorScheme === "dark";
  const ink = colourOf(its.getPropertyValue("--ink")) ?? (dark ? [255, 255, 255] : [0, 0, 0]);
  const named = (name: string, other: Colour): Colour => colourOf(its.getPropertyValue(name)) ?? other;
  let paper: Colour | null = null;
  for (let at = frame.parentElement; at && !paper; at = at.parentElement) paper = colourOf(getComputedStyle(at).backgroundColor);
  paper ??= named("--paper", dark ? [0, 0, 0] : [255, 255, 255]);
  return { paper, ink, muted: named("--muted", ink), link: named("--accent-text", ink), sunken: named("--sunken", paper), note: named("--note", paper) };
}

/** Keeps the frame as high as its content and in the colours of the page, and hands the page's keys on to it. */
function settle(frame: HTMLIFrameElement, inside: Document): () => void {
  const page = document.documentElement;
  const root = inside.documentElement;
  const dress = () => {
    const its = getComputedStyle(page);
    for (const name of colours) root.style.setProperty(name, its.getPropertyValue(name));
    root.style.colorScheme = its.colorScheme;
    styleMail(inside.body, themeOf(frame, its));
    frame.style.colorScheme = its.colorScheme;
  };
  const themes = new MutationObserver(dress);
  themes.observe(page, { attributeFilter: ["data-theme"] });
  dress();
  const sizes = new ResizeObserver(() => {
    frame.style.height = `${Math.ceil(inside.body.getBoundingClientRect().height)}px`;
  });
  sizes.observe(inside.body);
  inside.addEventListener("keydown", (e) => {
    const copy = new KeyboardEvent("keydown", { key: e.key, code: e.code, isComposing: e.isComposing, ctrlKey: e.ctrlKey, metaKey: e.metaKey, altKey: e.altKey, shiftKey: e.shiftKey, cancelable: true });
    if (!dispatchEvent(copy)) e.preventDefault();
  });
  return () => {
    themes.disconnect();
    sizes.disconnect();
  };
}
